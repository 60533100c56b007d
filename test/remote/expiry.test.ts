import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expiryTimer, setExpiry } from "../../src/remote/expiry.ts";
import { identityProgramText } from "../../src/remote/take-identity.ts";
import { userData } from "../../src/remote/user-data.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { sh } from "./run-sh.ts";

const end = "2026-01-02T07:00:00.000Z";

/** Runs text below a directory that stands for the root, with a systemctl that only notes how it was called. */
function host() {
  const root = temporaryDirectory();
  const [bin, calls] = [join(root, "bin"), join(root, "calls")];
  for (const directory of ["bin", "etc/systemd/system", "usr/local/lib"])
    mkdirSync(join(root, directory), { recursive: true });
  for (const name of ["systemctl", "wall"]) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>'${calls}'\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const here = (text: string): string =>
    text.replace(/^export LC_ALL.*$/m, "").replaceAll(/\/(etc|usr)\//g, (match) => `'${root}'${match}`);
  return {
    run: (text: string) => sh(here(text), { env: { PATH: `${bin}:${process.env.PATH}` } }),
    read: (path: string) => readFileSync(join(root, path), "utf8"),
    exists: (path: string) => existsSync(join(root, path)),
    calls: () => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : []),
    forget: () => writeFileSync(calls, ""),
    root,
  };
}

const timer = "etc/systemd/system/lecture05-expiry.timer";
const program = "usr/local/lib/lecture05/expire";

describe("the end of a host", () => {
  it("is a timer at that moment, which also looks again after each start", () => {
    const it = host();
    expect(it.run(expiryTimer(end))).toMatchObject({ status: 0, stderr: "" });
    expect(it.read(timer)).toContain("OnCalendar=2026-01-02 07:00:00 UTC\nOnBootSec=1min\n");
    expect(it.calls()).toEqual([
      "systemctl daemon-reload",
      "systemctl -q enable lecture05-expiry.timer",
      "systemctl restart lecture05-expiry.timer",
    ]);
  });

  it("comes when its moment is over, and not before, whatever wakes the timer", () => {
    const it = host();
    it.run(expiryTimer(new Date(Date.now() + 60_000).toISOString()));
    it.forget();
    expect(
      sh(`'${join(it.root, program)}'`, { env: { PATH: `${join(it.root, "bin")}:${process.env.PATH}` } }).status,
    ).toBe(0);
    expect(it.calls()).toEqual([""]);
    it.run(expiryTimer(new Date(Date.now() - 1000).toISOString()));
    it.forget();
    sh(`'${join(it.root, program)}'`, { env: { PATH: `${join(it.root, "bin")}:${process.env.PATH}` } });
    expect(it.calls().filter(Boolean)).toEqual([
      "wall lecture05: the time of this stack is over",
      "systemctl poweroff",
    ]);
  });

  it("can be moved and taken away, twice as well as once", () => {
    const it = host();
    it.run(setExpiry(end).text);
    expect(it.run(setExpiry("2026-01-03T07:00:00.000Z").text).stdout).toBe(
      "this host ends at 2026-01-03 07:00:00 UTC\n",
    );
    expect(it.read(timer)).toContain("OnCalendar=2026-01-03 07:00:00 UTC");
    expect(it.run(setExpiry(undefined).text).stdout).toBe("this host has no end any more\n");
    expect([timer, program].map(it.exists)).toEqual([false, false]);
    expect(it.calls()).toContain("systemctl -q disable --now lecture05-expiry.timer");
    expect(it.run(setExpiry(undefined).text).stdout).toBe("unchanged: no end\n");
  });

  it("is set on the first boot before anything that may fail, and only when there is one", () => {
    const text = userData(end);
    expect(text.indexOf("systemctl restart lecture05-expiry.timer")).toBeLessThan(text.indexOf("amazon-ssm-agent"));
    expect(userData()).not.toContain("expiry");
    expect(Buffer.byteLength(text)).toBeLessThan(16_384);
  });

  it("does not go on in a copy of the disk: a group would replace it", () => {
    const it = host();
    it.run(expiryTimer(end));
    // The service waits for what takes it away.
    expect(it.read("etc/systemd/system/lecture05-expiry.service")).toContain("\nAfter=lecture05-identity.service\n");
    it.forget();
    const text = identityProgramText({ secretName: "/lecture05/mine/key", passwordName: "/lecture05/mine/password" });
    const [, behind = ""] = /^leave_the_other_behind\(\) \{\n([^]*?)^\}$/m.exec(text) ?? [];
    const [taken = ""] = /^ {2}if \[ -e \S*expiry\S* \]; then\n[^]*?^ {2}fi$/m.exec(behind) ?? [];
    expect(it.run(taken)).toMatchObject({ status: 0, stderr: "" });
    expect([timer, program, "etc/systemd/system/lecture05-expiry.service"].filter((file) => it.exists(file))).toEqual(
      [],
    );
    expect(it.calls()).toContain("systemctl -q disable --now lecture05-expiry.timer");
    // Most images know no end.
    it.forget();
    expect(it.run(taken)).toMatchObject({ status: 0, stderr: "" });
    expect(it.calls().filter(Boolean)).toEqual([]);
  });
});
