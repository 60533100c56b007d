import { Lecture05Error, type ErrorDetail } from "../errors.ts";
import { redact } from "../records/redact.ts";
import { harmless, untranslated, type Language, type LocalizedText } from "../text.ts";
import type { Paint } from "./paint.ts";
import { wrap } from "./wrap.ts";

const words = {
  why: { en: "Why: ", ja: "原因: " },
  next: { en: "Next:", ja: "対処:" },
  code: { en: "Code:", ja: "コード:" },
  cause: { en: "caused by", ja: "原因の例外" },
  request: { en: "AWS request id", ja: "AWS リクエスト ID" },
} satisfies Record<string, LocalizedText>;

interface ErrorTextOptions {
  readonly language: Language;
  readonly paint: Paint;
  readonly debug: boolean;
  /** Where bugs are reported: package.json's `bugs`. */
  readonly bugsUrl: string;
  /** Columns to fit into; undefined: lines stay whole. Commands always do, so that they can be copied. */
  readonly columns?: number | undefined;
}

/** An error for people: what, why, what to do next, and the code. Causes and request ids only with --debug. */
export function errorLines(error: unknown, options: ErrorTextOptions): string[] {
  const { language, paint, debug } = options;
  const { what, why, next } = error instanceof Lecture05Error ? error.detail : bugDetail(error, options.bugsUrl);
  const code = error instanceof Lecture05Error ? error.code : "BUG";
  const columns = options.columns ?? Number.POSITIVE_INFINITY;
  const fit = (line: string): string[] => wrap(line, columns, "    ");
  const lines = fit(`${paint("red", "✗")} ${paint("bold", clean(what[language]))}`);
  if (why) lines.push(...hanging(words.why[language], clean(why[language])).flatMap(fit));
  if (next && next.length > 0) {
    lines.push(`  ${words.next[language]}`);
    for (const action of next) {
      const isCommand = typeof action === "string";
      const text = clean(isCommand ? action : action[language]);
      const shown = hanging("  - ", isCommand ? paint("cyan", text) : text);
      lines.push(...(isCommand ? shown : shown.flatMap((line) => wrap(line, columns, "      "))));
    }
  }
  lines.push(paint("dim", `  ${words.code[language]} ${code}`));
  if (debug) lines.push(...causeLines(error, language));
  return lines;
}

/** The words for an error that is not one of ours; its text may come from anywhere, so only one line of it is shown. */
export function bugDetail(error: unknown, bugsUrl: string): ErrorDetail {
  const text = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split("\n")[0] ?? "";
  return {
    what: { en: "This is a bug in lecture05", ja: "lecture05 の不具合です" },
    why: untranslated(text),
    next: [
      { en: `Please report it: ${bugsUrl}`, ja: `不具合の報告先: ${bugsUrl}` },
      {
        en: "Run it again with --debug for the stack trace to report",
        ja: "--debug を付けて実行すると、報告用のスタックトレースが表示されます",
      },
    ],
    cause: error,
  };
}

/** The chain of causes, outermost first, each with its stack and AWS request id. */
function causeLines(error: unknown, language: Language): string[] {
  const lines: string[] = [];
  let current: unknown = error instanceof Lecture05Error ? error.detail.cause : error;
  for (let depth = 0; current !== undefined && current !== null && depth < 5; depth++) {
    const text = current instanceof Error ? (current.stack ?? current.message) : JSON.stringify(current);
    lines.push(...hanging(`${words.cause[language]}: `, clean(text)));
    const id = requestIdOf(current);
    if (id) lines.push(`  ${words.request[language]}: ${id}`);
    current = current instanceof Error ? current.cause : undefined;
  }
  return lines;
}

function requestIdOf(error: unknown): string | undefined {
  return (error as { $metadata?: { requestId?: string } } | undefined)?.$metadata?.requestId;
}

/** As a whole, before it is cut into lines: causes come from anywhere, also from what a remote command printed. */
function clean(text: string): string {
  return harmless(redact(text));
}

/** Text under a label, its further lines indented to the label's end. */
function hanging(label: string, text: string): string[] {
  const indent = "  ";
  return text.split("\n").map((line, index) => (index === 0 ? `${indent}${label}${line}` : `${indent}  ${line}`));
}
