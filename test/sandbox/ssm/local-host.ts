import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HostCommand, HostCommandResult } from "../../../src/sandbox/runtime.ts";

/**
 * A host without a container: commands run on this machine, with the agent's directory below a temporary one. So the
 * runner's shell programs are the real ones.
 */
export class LocalHost {
  private readonly root: string;
  private readonly binaries: string;

  constructor(directory: string) {
    // The runner's paths are fixed; a blank in them would be this machine's, not a host's.
    this.root = join(directory, "root");
    this.binaries = join(directory, "bin");
    mkdirSync(this.root, { recursive: true });
    mkdirSync(this.binaries);
    this.setAgent("active");
    // Stands in for systemd, of which the runner only asks whether the agent is active.
    const systemctl = join(this.binaries, "systemctl");
    writeFileSync(systemctl, `#!/bin/sh\ngrep -q '^active$' '${join(directory, "agent")}'\n`);
    chmodSync(systemctl, 0o755);
  }

  setAgent(state: "active" | "inactive"): void {
    writeFileSync(join(this.root, "..", "agent"), `${state}\n`);
  }

  /** For FakeRuntime's `onExec`. */
  readonly exec = (_instanceId: string, command: HostCommand): Promise<HostCommandResult> => {
    const argv = command.argv.map((word) => word.replace(/^\/var\/lib\/amazon(?=\/)/, this.root));
    const [program = "", ...args] = argv;
    const env = { PATH: `${this.binaries}:${process.env["PATH"]}`, HOME: "/root", AWS_ENDPOINT_URL: "http://sandbox" };
    const child = spawn(program, args, { env });
    child.stdin.on("error", () => {});
    child.stdin.end(command.stdin ?? "");
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => stdout.push(part));
    child.stderr.on("data", (part: Buffer) => stderr.push(part));
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) =>
        resolve({ exitCode: code ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) }),
      );
    });
  };

  /** A file of the host, by its path there. */
  read(path: string): string | undefined {
    const local = path.replace(/^\/var\/lib\/amazon(?=\/)/, this.root);
    return existsSync(local) ? readFileSync(local, "utf8") : undefined;
  }
}
