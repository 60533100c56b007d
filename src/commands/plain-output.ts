import { fstatSync, statSync, writeSync, type Stats } from "node:fs";
import type { Output } from "../reporter/reporter.ts";

const stdoutNumber = 1;

/**
 * Whether stdout is a pipe, a socket or a file, which can be written without Node's stream for it. That stream and all that it
 * loads cost a short command more than its own work. Windows has its own ideas of pipes.
 */
export function isPlain(): boolean {
  if (process.platform === "win32") return false;
  try {
    const stat = fstatSync(stdoutNumber);
    // Node gives its children sockets for pipes.
    return stat.isFile() || stat.isFIFO() || stat.isSocket() || isNothing(stat);
  } catch {
    return false;
  }
}

/** A terminal is a character device, too. */
const isNothing = ({ rdev }: Stats): boolean => rdev === statSync("/dev/null").rdev;

/** Writes at once, as Node does to pipes and files, too. What cannot be written is left to the stream, with its errors. */
export function plainOutput(stream: () => Output): Output {
  let handedTo: Output | undefined;
  return {
    isTTY: false,
    write(text) {
      const bytes = Buffer.from(text);
      // Once something waits there, nothing may go past it.
      const rest = handedTo ? bytes : writeAtOnce(bytes);
      if (rest.length === 0) return;
      handedTo ??= stream();
      handedTo.write(rest);
    },
  };
}

/** Returns what could not be written: the reader is slow and does not want us to wait, or it is gone, or the disk is full. */
export function writeAtOnce(bytes: Buffer): Buffer {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(stdoutNumber, bytes, written);
  } catch {
    // The stream meets the same error and knows what to do.
  }
  return bytes.subarray(written);
}
