import { Lecture05Error } from "../errors.ts";
import { untranslated } from "../text.ts";
import { interruptedExitCode } from "./interrupt.ts";
import type { Output } from "../reporter/reporter.ts";
import type { Interruption, Io } from "./io.ts";
import { isPlain, plainOutput } from "./plain-output.ts";

/** A closed pipe, and a terminal that is not there any more. */
const nobodyReads = new Set(["EPIPE", "EIO"]);

/** The real process. Its streams are made when they are used: `status` has its start-up time as a target. */
export function processIo({ plain = isPlain() }: { readonly plain?: boolean } = {}): Io {
  const listeners = new Set<(interruption: Interruption) => void>();
  let isInterrupted = false;
  const interrupt = (interruption: Interruption): void => {
    // Until the command says better.
    process.exitCode = interruptedExitCode;
    // The work has been stopped already, and the process waits for nothing but an answer that nobody needs any more.
    if (isInterrupted && listeners.size === 0) process.exit(interruptedExitCode);
    isInterrupted = true;
    for (const listener of listeners) listener(interruption);
  };
  const asked = (): void => interrupt("asked");
  // Sent when the terminal is closed; the system's own way would leave the lock behind.
  const gone = (): void => interrupt("gone");

  // `lecture05 … | head`: the reader has gone. Work under way is stopped as with Ctrl-C; a display just ends.
  let broken = false;
  const listened = (stream: NodeJS.WriteStream): Output =>
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!nobodyReads.has(error.code ?? "")) throw error;
      // Every further write fails the same way.
      if (broken) return;
      broken = true;
      if (listeners.size > 0) gone();
      else process.exit(0);
    });
  let stdout: Output | undefined;
  let stderr: Output | undefined;

  return {
    env: process.env,
    get cwd() {
      return currentDirectory();
    },
    // Opened when it is read: most commands ask nothing.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      stdout ??= plain ? plainOutput(() => listened(process.stdout)) : listened(process.stdout);
      return stdout;
    },
    get stderr() {
      stderr ??= listened(process.stderr);
      return stderr;
    },
    onInterrupt(listener) {
      if (listeners.size === 0 && !isInterrupted) {
        process.on("SIGINT", asked);
        process.on("SIGTERM", asked);
        process.on("SIGHUP", gone);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        // A second Ctrl-C while the first one ends the process must not end it by the signal, without its exit code.
        if (listeners.size > 0 || isInterrupted) return;
        process.off("SIGINT", asked);
        process.off("SIGTERM", asked);
        process.off("SIGHUP", gone);
      };
    },
    exitNow: (exitCode) => process.exit(exitCode),
  };
}

/** Somebody may have removed the directory that the shell still stands in. */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new Lecture05Error("USAGE", {
      what: { en: "The current directory is not there any more", ja: "カレントディレクトリがもう存在しません" },
      why: untranslated((error as Error).message),
      next: [{ en: "cd to a directory that exists", ja: "存在するディレクトリに cd してください" }],
      cause: error,
    });
  }
}
