import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const bin = fileURLToPath(new URL("../bin/lecture05.js", import.meta.url));

/** A sandbox of the bench's own, with a project in it; `close` removes both. */
export function openSite() {
  const root = mkdtempSync(join(tmpdir(), "lecture05-bench-"));
  const home = join(root, "sandbox");
  const env = { ...process.env, LECTURE05_SANDBOX_HOME: home, LECTURE05_DIR: join(root, "state"), LECTURE05_STACK: "bench" };
  const cli = (...args) => {
    const startedAt = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: root, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`lecture05 ${args.join(" ")} ended with ${status}: ${stdout.slice(-2000)}${stderr}`);
    return { ms: performance.now() - startedAt, stdout };
  };
  const json = (name) => JSON.parse(readFileSync(join(home, name), "utf8"));
  return {
    root,
    cli,
    env,
    /** Port and key of the daemon, and its process. */
    daemon() {
      const { port, pid } = json("daemon.json");
      const { accessKeyId, secretAccessKey } = json("iam.json").root;
      return { port, pid, credentials: { accessKeyId, secretAccessKey } };
    },
    close() {
      cli("sandbox", "reset", "--yes");
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Memory of a process in MB: now, and the most it ever had. */
export function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)[1]) / 1024;
  return { now: field("VmRSS"), most: field("VmHWM") };
}
