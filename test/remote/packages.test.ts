import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageFunctions } from "../../src/remote/packages.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

/** Says what the script makes of a machine on which these programs answer so. */
function isOffline(programs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): boolean {
  const directory = temporaryDirectory();
  for (const [name, body] of Object.entries(programs)) {
    const file = join(directory, name);
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
  }
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", `${packageFunctions}\nif is_offline; then echo offline; else echo online; fi`],
    { encoding: "utf8", env: { PATH: `${directory}:${process.env.PATH}`, ...env } },
  );
  if (status !== 0) throw new Error(`sh ended with ${status}: ${stderr}`);
  return stdout.trim() === "offline";
}

const sources = "printf 'http://mirror.example/debian\\nhttp://security.example/debian\\n'";
const unknown = '[ "$2" = mirror.example ] && exit 2; exit 0';

describe("a host without a network", () => {
  it("is known by a mirror whose name nobody knows", () => {
    expect(isOffline({ "apt-get": sources, getent: unknown })).toBe(true);
    expect(isOffline({ "apt-get": sources, getent: "exit 0" })).toBe(false);
  });

  it("is not assumed where a proxy asks for names, nor where the packages come from a disk", () => {
    expect(isOffline({ "apt-get": sources, getent: unknown }, { http_proxy: "http://proxy.example:3128" })).toBe(false);
    expect(isOffline({ "apt-get": "echo file:/srv/debian", getent: "exit 2" })).toBe(false);
  });
});
