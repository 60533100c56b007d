import { exitCodeOf, Lecture05Error } from "../errors.ts";
import { learnEnvironment } from "../records/redact.ts";
import { errorLines } from "../reporter/error-text.ts";
import { errorEvent } from "../reporter/json.ts";
import { createPaint, isFancy } from "../reporter/paint.ts";
import { columnsOf, type Reporter } from "../reporter/reporter.ts";
import { translateError } from "../aws/translate-error.ts";
import type { Language } from "../text.ts";
import type { Io } from "./io.ts";
import { bugsUrl } from "./package-facts.ts";
import { translateUsageError } from "./usage-error.ts";

/** How errors are shown: known before the command line is parsed. */
export interface ErrorStyle {
  language: Language;
  debug: boolean;
  json: boolean;
  color: boolean;
}

interface ShowOptions {
  readonly io: Io;
  readonly style: ErrorStyle;
  /** The one in use; it has a spinner to take away. */
  readonly reporter: Reporter | undefined;
  /** After a Ctrl-C whatever failed did so because of it. */
  readonly explain: (error: unknown) => unknown;
}

/** Shows what ended a command and returns its exit code. */
export function showError(caught: unknown, { io, style, reporter, explain }: ShowOptions): number {
  learnEnvironment(io.env);
  const error = explain(translate(caught));
  const exitCode = error instanceof Lecture05Error ? exitCodeOf(error.code) : 1;
  if (reporter) reporter.failure(error, exitCode);
  else if (style.json) io.stdout.write(`${JSON.stringify(errorEvent(error, exitCode, bugsUrl()))}\n`);
  else {
    const paint = createPaint(isFancy(io.stderr, io.env, style.color));
    io.stderr.write(
      `${errorLines(error, { ...style, paint, bugsUrl: bugsUrl(), columns: columnsOf(io.stderr) }).join("\n")}\n`,
    );
  }
  return exitCode;
}

function translate(error: unknown): unknown {
  const known = translateUsageError(error);
  return translateError(known) ?? known;
}
