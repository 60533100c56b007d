import type { Output } from "../reporter/reporter.ts";

/** Somebody asked for an end, or there is nobody any more: the terminal was closed, the reader of our output went away. */
export type Interruption = "asked" | "gone";

/** What a command needs of the process around it; tests give their own. */
export interface Io {
  readonly env: NodeJS.ProcessEnv;
  /** Absolute. Throws USAGE when the directory was removed. */
  readonly cwd: string;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean; readonly readableEnded?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** Calls back at SIGINT, SIGTERM, SIGHUP, and when nobody reads stdout any more. Returns how to stop listening. */
  onInterrupt(listener: (interruption: Interruption) => void): () => void;
  /** Ends the process at once; for a second Ctrl-C. */
  exitNow(exitCode: number): void;
}
