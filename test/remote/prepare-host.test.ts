import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prepareHost } from "../../src/remote/prepare-host.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { sh } from "./run-sh.ts";

interface Machine {
  readonly memoryKb?: number;
  readonly freeKb?: number;
  readonly container?: boolean;
  /** The service that keeps the time. */
  readonly clock?: string;
}

/** The script on a machine whose programs only note how they were called and whose files lie below a directory. */
function prepare({ memoryKb = 950_000, freeKb = 15_000_000, container = false, clock = "" }: Machine = {}) {
  const root = temporaryDirectory();
  for (const directory of ["etc/systemd", "proc", "var/lib"]) mkdirSync(join(root, directory), { recursive: true });
  writeFileSync(join(root, "proc/meminfo"), `MemTotal:  ${memoryKb} kB\n`);
  writeFileSync(join(root, "proc/swaps"), "Filename Type Size Used Priority\n");
  const calls = join(root, "calls");
  const programs: Readonly<Record<string, string>> = {
    "cloud-init": 'note cloud-init "$@"',
    df: `echo header; echo "/dev/root 20000000 1 ${freeKb} 1% /"`,
    dd: `: >'${root}/swapfile'`,
    mkswap: "true",
    swapon: "true",
    chown: "true",
    "systemd-detect-virt": String(container),
    "apt-get": 'note apt-get "$@"',
    "dpkg-query": "echo not-installed",
    systemctl: `case "$1" in
  show) echo ActiveState=inactive ;;
  -q) [ "$3" = '${clock}.service' ] ;;
  *) note systemctl "$@" ;;
esac`,
  };
  const bin = join(root, "bin");
  mkdirSync(bin);
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\nnote() { echo "$*" >>'${calls}'; }\n${body}\n`, { mode: 0o755 });
  }
  const text = prepareHost()
    .text.replace(" PATH=", ` PATH='${bin}':`)
    .replaceAll(/(?<![\w'/])\/(etc|proc|var|swapfile)(?=[/\s"';]|$)/gm, `'${root}'/$1`);
  const { status, stdout, stderr } = sh(text);
  const read = (path: string): string => (existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "");
  return { status, stdout, stderr, read, calls: read("calls") };
}

describe("preparing a host", () => {
  it("waits for the first boot, adds swap to a small machine and bounds its journal", () => {
    const { status, stdout, stderr, read, calls } = prepare({ clock: "chrony" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(calls).toContain("cloud-init status --wait\n");
    expect(stdout).toContain("made: 1 GB of swap\n");
    expect(read("etc/fstab")).toBe("/swapfile none swap sw 0 0\n");
    expect(read("etc/systemd/journald.conf.d/lecture05.conf")).toBe("[Journal]\nSystemMaxUse=200M\n");
    expect(calls).toContain("systemctl try-restart systemd-journald.service\n");
  });

  it("leaves a larger machine, and a small disk, without swap", () => {
    expect(prepare({ memoryKb: 4_000_000 }).stdout).toContain("unchanged: swap\n");
    expect(prepare({ freeKb: 3_000_000 }).stdout).toContain("no swap: less than 4 GB free on the disk\n");
  });

  it("installs a time service where none runs, with Amazon's own source", () => {
    const { stdout, read, calls } = prepare();
    expect(stdout).toContain("made: clock (chrony)\n");
    expect(calls).toMatch(/apt-get .*install --no-install-recommends chrony\n/);
    expect(read("etc/chrony/sources.d/amazon.sources")).toContain("server 169.254.169.123 prefer");
    expect(calls).toContain("systemctl restart chrony.service\n");
  });

  it("leaves a clock that somebody keeps as it is", () => {
    const { stdout, calls } = prepare({ clock: "systemd-timesyncd" });
    expect(stdout).toContain("unchanged: clock (systemd-timesyncd)\n");
    expect(calls).not.toContain("chrony");
    expect(prepare({ container: true }).stdout).toContain("unchanged: clock (the machine's)\n");
  });
});
