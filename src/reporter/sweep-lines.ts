import type { SweptSubject } from "../engine/events.ts";
import { serviceNames } from "../records/service-names.ts";
import type { Language, LocalizedText } from "../text.ts";
import type { Paint } from "./paint.ts";

export const sweepTitle: LocalizedText = {
  en: "Sweep: asking every service what is still there",
  ja: "最終確認: すべてのサービスに残りを問い合わせています",
};
export const keptWord: LocalizedText = { en: "kept by request", ja: "(指定により残しました)" };

/** One line a service: how much was asked and what was found. */
export function sweepLines(answers: readonly SweptSubject[], language: Language, paint: Paint): string[] {
  return [...new Set(answers.map(({ service }) => service))].map((service) => {
    const asked = answers.filter((answer) => answer.service === service);
    const found = asked.reduce((sum, answer) => sum + answer.found.length, 0);
    const silent = asked.filter(({ answered }) => !answered);
    const text: LocalizedText = {
      en: `${serviceNames[service]}: ${asked.length} ${asked.length === 1 ? "question" : "questions"}, ${found} found${silent.length > 0 ? `, no answer about ${silent.map(({ subject }) => subject).join(", ")}` : ""}`,
      ja: `${serviceNames[service]}: ${asked.length} 項目、検出 ${found} 件${silent.length > 0 ? `、応答なし: ${silent.map(({ subject }) => subject).join("、")}` : ""}`,
    };
    const ok = found === 0 && silent.length === 0;
    return `  ${ok ? paint("green", "✓") : paint("red", "!")} ${text[language]}`;
  });
}
