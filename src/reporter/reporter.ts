import type { EngineEvent } from "../engine/events.ts";
import type { LocalizedText } from "../text.ts";

/** How a run is shown. One for people at a terminal, one for lines in a log, one for programs. */
export interface Reporter {
  event(event: EngineEvent): void;
  /** What is done before the engine starts (images, daemon); shown beside the spinner or as a line. */
  progress(message: LocalizedText): void;
  /** A remark that is not part of a step. */
  note(message: LocalizedText): void;
  /** Shows an error. `exitCode` is what the process ends with. */
  failure(error: unknown, exitCode: number): void;
  /** Takes the spinner away, so that something else (a prompt, a remote command's output) may write. */
  pause(): void;
  close(): void;
}

/** A stream as far as reporters need it: process.stdout, or a test's. */
export interface Output {
  write(text: string | Buffer): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** As terminals are; cursor movements need all of it. */
export type OutputStream = Output & NodeJS.WritableStream;

export const isStream = (output: Output): output is OutputStream => "pipe" in output;

/** Columns to fit into; undefined where lines are not shown on a terminal but kept, so that they stay whole. */
export const columnsOf = ({ isTTY, columns }: Output): number | undefined => (isTTY ? columns : undefined);
