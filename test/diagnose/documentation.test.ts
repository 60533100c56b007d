import { expect, test } from "vitest";
import { layers } from "../../src/diagnose/layers/index.ts";
import { layerNames } from "../../src/diagnose/verdict.ts";
import { stepNames } from "../../src/steps/names.ts";
import { renderDiagnoses } from "./render-diagnoses.ts";

const diagnoses = layers.flatMap((layer) => layer.diagnoses);

test("docs/diagnoses.md is what the table says", async () => {
  await expect(renderDiagnoses(layers)).toMatchFileSnapshot("../../docs/diagnoses.md");
});

test("the layers are all there, in the order of their names", () => {
  expect(layers.map(({ name }) => name)).toEqual(layerNames);
});

test("codes are used once and look like codes", () => {
  const codes = diagnoses.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/);
});

test.each(diagnoses.map((diagnosis) => [diagnosis.code, diagnosis] as const))(
  "%s can be found by its log line, and says what to do",
  (_code, { logLines, cause, fix, since, until }) => {
    expect(logLines.length).toBeGreaterThan(0);
    expect(fix.actions.length).toBeGreaterThan(0);
    // The same words are filled in in both languages.
    const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
    expect(placeholders(cause.ja)).toEqual(placeholders(cause.en));
    expect(cause.ja).toMatch(/[ぁ-んァ-ヶ一-龠]/);
    for (const words of [cause.en, cause.ja]) expect(words).not.toMatch(/[.。]$/);
    if (since && until) expect(stepNames.indexOf(since)).toBeLessThan(stepNames.indexOf(until));
    // What is applied unasked is never left to a person's hands.
    if (fix.automatic) for (const { kind } of fix.actions) expect(kind).not.toBe("by-hand");
  },
);
