import type { VerdictEvent } from "../engine/events.ts";
import { inWords } from "../observed.ts";
import type { Language, LocalizedText } from "../text.ts";
import type { Paint } from "./paint.ts";

const words = {
  cause: { en: "Cause:", ja: "原因:" },
  evidence: { en: "Evidence:", ja: "エビデンス:" },
  fix: { en: "Fix:", ja: "対処:" },
  automatic: { en: "Fix (lecture05 diagnose --fix applies it):", ja: "対処 (lecture05 diagnose --fix で自動適用):" },
  ruledOut: { en: "Ruled out:", ja: "問題なし:" },
} satisfies Record<string, LocalizedText>;

/** A verdict for people: layer and code, the cause, what shows it, what to do, and what it is not. */
export function diagnosisLines(event: VerdictEvent, language: Language, paint: Paint): string[] {
  const well = event.code === "NOTHING_WRONG";
  const title = event.layer === "none" ? event.code : `${event.layer}  ${event.code}`;
  const lines = [
    `  ${well ? paint("green", "✓") : paint("red", "✗")} ${paint("bold", title)}`,
    `    ${words.cause[language]} ${event.cause[language]}`,
  ];
  if (event.evidence.length > 0) lines.push(`    ${words.evidence[language]}`);
  let before = "";
  for (const { command, line } of event.evidence) {
    if (command !== before) lines.push(`      ${paint("dim", `$ ${command}`)}`);
    before = command;
    lines.push(...line.split("\n").map((part) => `        ${inWords(part)[language]}`));
  }
  if (event.fix.commands.length > 0) {
    lines.push(`    ${(event.fix.automatic ? words.automatic : words.fix)[language]}`);
    lines.push(...event.fix.commands.map((command) => `      ${paint("cyan", inWords(command)[language])}`));
  }
  if (event.ruledOut.length > 0) {
    lines.push(`    ${words.ruledOut[language]}`);
    lines.push(
      ...event.ruledOut.map(({ layer, observed }) => paint("dim", `      ${layer}: ${inWords(observed)[language]}`)),
    );
  }
  return well ? [lines[0] ?? "", `    ${event.cause[language]}`, ...lines.slice(2)] : lines;
}
