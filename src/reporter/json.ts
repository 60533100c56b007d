import { Lecture05Error } from "../errors.ts";
import { redactDeep } from "../records/redact.ts";
import { bugDetail } from "./error-text.ts";
import type { Output, Reporter } from "./reporter.ts";
import { untranslated } from "../text.ts";

/** What `--json` prints for an error; the codes are those of `errorCodes`, or BUG. */
export interface ErrorEvent {
  readonly type: "error";
  readonly code: string;
  readonly exitCode: number;
  readonly what: { readonly en: string; readonly ja: string };
  readonly why?: { readonly en: string; readonly ja: string };
  readonly next: readonly { readonly en: string; readonly ja: string }[];
}

export function errorEvent(error: unknown, exitCode: number, bugsUrl: string): ErrorEvent {
  const code = error instanceof Lecture05Error ? error.code : "BUG";
  const { what, why, next } = error instanceof Lecture05Error ? error.detail : bugDetail(error, bugsUrl);
  // Its parts come from anywhere, also from what AWS or a remote command said.
  return redactDeep({
    type: "error" as const,
    code,
    exitCode,
    what,
    ...(why ? { why } : {}),
    next: (next ?? []).map((action) => (typeof action === "string" ? untranslated(action) : action)),
  });
}

/** One event a line on stdout, for programs. Nothing else may write there. */
export function createJsonReporter(options: { readonly stdout: Output; readonly bugsUrl: string }): Reporter {
  const print = (value: object): void => void options.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    event: print,
    progress: (message) => print({ type: "progress", message }),
    note: (message) => print({ type: "note", message }),
    failure: (error, exitCode) => print(errorEvent(error, exitCode, options.bugsUrl)),
    pause: () => {},
    close: () => {},
  };
}
