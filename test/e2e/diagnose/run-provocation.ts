import { once } from "node:events";
import { expect } from "vitest";
import type { VerdictDocument } from "../../../src/diagnose/commands.ts";
import type { InstalledPackage } from "../../support/installed-package.ts";
import { carryOut, onHost, type Stack } from "../../support/stack.ts";
import { putBackHealthy, type Provocation } from "./provocation.ts";

interface FixApplied {
  readonly type: "fix.applied";
  readonly command: string;
}

export interface Looked {
  readonly code: number | null;
  readonly verdicts: readonly VerdictDocument[];
  readonly applied: readonly string[];
  /** From the start of the process to the first verdict on its standard output. */
  readonly firstVerdictMs: number;
  readonly stderr: string;
}

/** `lecture05 diagnose ARGS --json`, with the time that the first verdict took. */
export async function look(tool: InstalledPackage, ...args: string[]): Promise<Looked> {
  const startedAt = performance.now();
  const child = tool.start(["diagnose", ...args, "--json"]);
  let stdout = "";
  let stderr = "";
  let firstVerdictMs = NaN;
  child.stdout?.on("data", (part: Buffer) => {
    if (Number.isNaN(firstVerdictMs)) firstVerdictMs = performance.now() - startedAt;
    stdout += part.toString();
  });
  child.stderr?.on("data", (part: Buffer) => (stderr += part.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  const lines = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as VerdictDocument | FixApplied);
  return {
    code,
    verdicts: lines.filter((line): line is VerdictDocument => "layer" in line),
    applied: lines.flatMap((line) => ("command" in line ? [line.command] : [])),
    firstVerdictMs,
    stderr,
  };
}

export interface Provoked {
  readonly firstVerdictMs: number;
  /** Looks at the stack after it was put right, by a process of their own; each said that nothing is wrong. */
  readonly healthyRuns: number;
}

/** Breaks, looks, compares, puts right, and sees that all is well. */
export async function provoke(stack: Stack, provocation: Provocation): Promise<Provoked> {
  try {
    return await breakAndLook(stack, provocation);
  } catch (error) {
    // What one row left broken must not fail the rows after it.
    await onHost(stack, putBackHealthy);
    throw error;
  }
}

async function breakAndLook(stack: Stack, provocation: Provocation): Promise<Provoked> {
  const { tool } = stack;
  const { layer, code, breakIt, restore, tidy, automaticToo } = provocation;
  await carryOut(breakIt, stack);
  const looked = await look(tool, ...(restore ? [] : ["--fix"]));
  const [first] = looked.verdicts;
  const shown = JSON.stringify(looked, undefined, 1);
  try {
    expect({ layer: first?.layer, code: first?.code }, shown).toEqual({ layer, code });
    expect(first?.evidence.length, shown).toBeGreaterThan(0);
    expect(first?.fix.commands.length, shown).toBeGreaterThan(0);
    expect(first?.cause, shown).not.toMatch(/\{\w+\}/);
    expect(first?.fix.automatic, shown).toBe(!restore || automaticToo === true);
    if (!restore) expect(looked.applied, shown).toEqual(first?.fix.commands);
  } finally {
    if (restore) await carryOut(restore, stack);
    if (tidy) await carryOut(tidy, stack);
  }
  const after = restore || tidy ? await look(tool) : looked;
  expect({ code: after.code, verdict: after.verdicts.at(-1)?.code }, JSON.stringify(after, undefined, 1)).toEqual({
    code: 0,
    verdict: "NOTHING_WRONG",
  });
  return { firstVerdictMs: looked.firstVerdictMs, healthyRuns: after === looked ? 0 : 1 };
}
