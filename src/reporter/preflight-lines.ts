import type { PreflightCheck } from "../preflight/check.ts";
import { harmless, type Language } from "../text.ts";
import type { Paint } from "./paint.ts";

const signs = { ok: ["green", "✓"], failed: ["red", "✗"], unknown: ["yellow", "?"] } as const;

/** One thing that was looked at, and what to do when it is not in order. */
export function preflightLines(check: PreflightCheck, language: Language, paint: Paint): string[] {
  const [colour, sign] = signs[check.verdict];
  const seen = harmless(check.observed[language]);
  const next = check.verdict === "failed" ? (check.next ?? []) : [];
  return [
    `  ${paint(colour, sign)} ${check.title[language]}: ${check.verdict === "failed" ? paint("red", seen) : seen}`,
    ...next.map((line) => `      ${typeof line === "string" ? paint("cyan", line) : line[language]}`),
  ];
}
