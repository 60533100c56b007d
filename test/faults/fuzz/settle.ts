import type * as fc from "fast-check";
import { expect } from "vitest";
import { attempt, type Input } from "./attempt.ts";
import { type Judgement } from "./command-line.ts";

/** The same inputs in every run, unless a seed is given; a failure prints the seed and the path to its input. */
export function parameters(numRuns: number): fc.Parameters<unknown> {
  return { numRuns, seed: Number(process.env["FUZZ_SEED"] ?? 20_260_101), endOnFailure: false };
}

/** Runs one input and compares with what was told beforehand. */
export async function settle(cwd: string, input: Input, { verdict, keys }: Judgement): Promise<void> {
  const { exitCode, said, stdout, stderr } = await attempt(cwd, input);
  if (verdict === "good") expect(exitCode === 2 ? said : "", "refused, though it is right").toBe("");
  if (verdict !== "bad") return;
  expect(exitCode, `taken, though it is wrong (${keys.join(", ")}): ${said}`).toBe(2);
  const isNamed = keys.length === 0 || keys.some((key) => said.includes(key));
  expect(isNamed, `names none of ${JSON.stringify(keys)}: ${said}`).toBe(true);
  const end = input.argv.indexOf("--");
  if (!(end < 0 ? input.argv : input.argv.slice(0, end)).includes("--json")) {
    expect(stdout).toBe("");
    expect(stderr).toMatch(/(Code:|コード:) (USAGE|CONFIG_INVALID|STEP_UNKNOWN)\n$/);
    return;
  }
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({
    type: "error",
    code: expect.stringMatching(/^(USAGE|CONFIG_INVALID|STEP_UNKNOWN)$/),
    exitCode: 2,
    what: { en: expect.any(String), ja: expect.stringMatching(/[\u3040-\u30ff\u4e00-\u9fff]/) },
  });
  expect(stderr).toBe("");
}
