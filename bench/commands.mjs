import { spawn } from "node:child_process";

const interruption = new AbortController();
/** How long an interrupted program may take to end by itself. */
const graceMs = 20_000;

/** From now on a signal ends what runs, and then the bench, by way of everybody's clean-up. */
export function endOnSignals() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (!interruption.signal.aborted) process.stderr.write(`\n${signal}: cleaning up\n`);
      interruption.abort(new Error(`interrupted by ${signal}`));
    });
  }
}

export const isInterrupted = () => interruption.signal.aborted;

/** Lets a signal that has come in through, and throws when one has. For work that does not wait by itself. */
export async function breathe() {
  await new Promise((resolve) => setImmediate(resolve));
  interruption.signal.throwIfAborted();
}

/**
 * Runs a program to its end: { ms, stdout }. Throws unless it exits with 0. An interruption of the bench interrupts it, but
 * not when it is there to clean up, which no signal to the terminal's processes reaches either.
 */
export function run(command, args, { input, cleansUp = false, onLine, ...options } = {}) {
  return new Promise((resolve, reject) => {
    if (!cleansUp && isInterrupted()) return reject(interruption.signal.reason);
    const startedAt = performance.now();
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], detached: cleansUp, ...options });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8");
      child[name].on("data", (text) => {
        texts[name] += text;
        if (name === "stdout") onLine?.(text, performance.now() - startedAt);
      });
    }
    // A program that ends without reading is judged by its exit code.
    child.stdin.on("error", () => {});
    if (typeof input?.pipe === "function") input.pipe(child.stdin);
    else child.stdin.end(input);
    let timer;
    const interrupt = () => {
      child.kill("SIGINT");
      timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    };
    if (!cleansUp) interruption.signal.addEventListener("abort", interrupt, { once: true });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      interruption.signal.removeEventListener("abort", interrupt);
      const ms = performance.now() - startedAt;
      if (!cleansUp && isInterrupted()) return reject(interruption.signal.reason);
      if (code === 0) return resolve({ ms, stdout: texts.stdout });
      const tail = `${texts.stdout.slice(-2000)}${texts.stderr.slice(-2000)}`;
      return reject(new Error(`${command} ${args.join(" ")} ended with ${signal ?? code}: ${tail}`));
    });
  });
}

/** Docker's answer, without the line's end. */
export const docker = async (args, options) => (await run("docker", args, options)).stdout.trim();
