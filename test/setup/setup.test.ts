import { spawnSync } from "node:child_process";
import { existsSync, chmodSync, cpSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const setupScript = fileURLToPath(new URL("../../bin/setup", import.meta.url));
const realTools = ["dirname", "cmp", "find", "mkdir", "ln", "mktemp", "tail", "rm", "cp", "sleep", "cat"];

/** A machine made of stubs: what a command is not given here, it does not have. */
function machine(stubs: Record<string, string>): {
  run: (...args: string[]) => { status: number | null; stderr: string };
} {
  const root = temporaryDirectory();
  const project = join(root, "a clone");
  const tools = join(root, "tools");
  for (const directory of ["bin", "dist", "src", "scripts", "node_modules"])
    mkdirSync(join(project, directory), { recursive: true });
  mkdirSync(tools);
  cpSync(setupScript, join(project, "bin/setup"));
  // Packages installed and built already: what is looked at here comes after that.
  for (const file of ["package.json", "package-lock.json", "node_modules/.lecture05-lock", "dist/cli.cjs"])
    writeFileSync(join(project, file), "{}");
  utimesSync(join(project, "dist/cli.cjs"), new Date(), new Date(Date.now() + 60_000));
  for (const tool of realTools) symlinkSync(join("/usr/bin", tool), join(tools, tool));
  for (const [name, body] of Object.entries(stubs)) {
    writeFileSync(join(tools, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(tools, name), 0o755);
  }
  return {
    run: (...args) => {
      const { status, stderr } = spawnSync("/bin/sh", [join(project, "bin/setup"), ...args], {
        env: { PATH: tools },
        encoding: "utf8",
      });
      return { status, stderr };
    },
  };
}

/** Node that is new enough; Docker's socket answers with this exit code of the probe. */
const nodeWithDocker = (probe: number): string =>
  `case "$2" in *versions* | *devDependencies*) exit 0 ;; esac\nexit ${probe}`;
const linux = { uname: "echo Linux" };
const root = { id: 'case "$1" in -u) echo 0 ;; *) echo root ;; esac' };
const somebody = { id: 'case "$1" in -u) echo 1000 ;; *) echo alice ;; esac' };

describe("bin/setup", () => {
  it("says what to do when there is no Node", () => {
    const outcome = machine({ ...linux, ...root }).run();
    expect(outcome).toMatchObject({ status: 1, stderr: expect.stringContaining("Node.js is missing") as string });
  });

  it("says what to do when Node is too old", () => {
    const node = 'case "$1" in --version) echo v18.0.0; exit 0 ;; esac\nexit 1';
    expect(machine({ ...linux, ...root, node }).run().stderr).toContain("Node.js v18.0.0 is too old");
  });

  it("is done at once when Docker answers and nothing is missing", () => {
    const outcome = machine({ ...linux, ...somebody, node: nodeWithDocker(0), debootstrap: "" }).run();
    expect(outcome).toEqual({ status: 0, stderr: "" });
  });

  it("installs the packages again when one of them is not there, whatever the mark says", () => {
    const node = `case "$2" in *devDependencies*) exit 1 ;; *versions*) exit 0 ;; esac\nexit 0`;
    const outcome = machine({ ...linux, ...somebody, node, debootstrap: "", npm: "echo npm $1 >&2" }).run();
    expect(outcome).toEqual({ status: 0, stderr: "setup: installing Node packages\nnpm install\n" });
  });

  it("tells Docker without permission from no Docker", () => {
    const outcome = machine({ ...linux, ...somebody, node: nodeWithDocker(13), debootstrap: "" }).run();
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toContain("permission denied");
    expect(outcome.stderr).toContain("usermod -aG docker alice");
  });

  it("names what is missing where there is no apt", () => {
    const outcome = machine({ ...linux, ...root, node: nodeWithDocker(1) }).run();
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toContain("no apt to install them: docker.io iptables debootstrap");
  });

  it("gives the command to who is not root", () => {
    const outcome = machine({ ...linux, ...somebody, node: nodeWithDocker(1), "apt-get": "exit 0" }).run();
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toContain("sudo apt-get install --no-install-recommends docker.io iptables debootstrap");
  });

  it("shows apt's own words when apt fails (no disk, no network)", () => {
    const outcome = machine({
      ...linux,
      ...root,
      node: nodeWithDocker(1),
      "apt-get": "echo 'No space left on device' >&2; exit 100",
    }).run();
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toContain("No space left on device");
    expect(outcome.stderr).toContain("apt could not install: docker.io");
  });

  it("sends people on a Mac to Docker Desktop", () => {
    const outcome = machine({ uname: "echo Darwin", ...somebody, node: nodeWithDocker(1) }).run();
    expect(outcome.stderr).toContain("Docker Desktop");
  });

  it("asks for the tests' tools only with --test", () => {
    const stubs = { ...linux, ...somebody, node: nodeWithDocker(0), debootstrap: "", "apt-get": "exit 0" };
    expect(machine(stubs).run().status).toBe(0);
    // awscli is looked for where Debian puts it, so this machine's own counts.
    const awscli = existsSync("/usr/bin/aws") || existsSync("/usr/local/bin/aws") ? "" : "awscli ";
    expect(machine(stubs).run("--test").stderr).toContain(`shellcheck ${awscli}chromium`);
  });
});
