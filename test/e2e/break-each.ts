import { expect, it } from "vitest";
import type { StepName } from "../../src/steps/names.ts";
import { parseEvents, type InstalledPackage } from "../support/installed-package.ts";
import { targetHealth } from "../support/stack-aws.ts";
import { carryOut, until, type Stack } from "../support/stack.ts";
import type { Breakage } from "./breakages/breakage.ts";

/** Each check is made to fail by breaking what it checks, for real, and holds again after the repair. */
export function breakEach(stack: () => Stack, breakages: readonly Breakage[]): void {
  const rows = breakages.map((row) => ({
    ...row,
    names: Object.entries(row.proves)
      .map(([step, checks]) => `${step}: ${checks.join(", ")}`)
      .join("; "),
  }));
  it.each(rows)(
    "$names fails when $what, and holds again after the repair",
    async ({ proves, breakIt, repair, isEventual }) => {
      const { tool } = stack();
      const steps = Object.keys(proves) as StepName[];
      await carryOut(breakIt, stack());
      try {
        // What the diagnosis says of each fault, its own tests show.
        const look = (step: string) => tool.cli("verify", step, "--no-diagnosis", "--json");
        if (isEventual) {
          const [step = ""] = steps;
          await until("the change to take effect", async () => (await look(step)).code === 1);
        }
        for (const step of steps) {
          const outcome = await look(step);
          expect(outcome.code, outcome.stdout + outcome.stderr).toBe(1);
          expect(failedChecks(outcome.stdout), step).toEqual(expect.arrayContaining([...(proves[step] ?? [])]));
        }
        expect(await statusOf(tool, steps)).toEqual(steps.map(() => "failed"));
      } finally {
        await carryOut(repair, stack());
      }
      // A load balancer needs some seconds to notice.
      if (steps.includes("alb")) {
        await until("the target to be healthy", async () => (await targetHealth(stack())) === "healthy");
      }
      // All of them at once are cheaper than three one by one.
      for (const words of steps.length > 2 ? [[]] : steps.map((step) => [step])) {
        const healed = await tool.cli("verify", ...words, "--json");
        expect(failedChecks(healed.stdout), healed.stdout).toEqual([]);
        expect(healed.code, healed.stderr).toBe(0);
      }
    },
  );
}

const failedChecks = (stdout: string): string[] =>
  parseEvents(stdout).flatMap((event) => (event.type === "check" && !event.check.ok ? [event.check.name] : []));

async function statusOf(tool: InstalledPackage, wanted: readonly StepName[]): Promise<(string | undefined)[]> {
  const { steps } = JSON.parse(await tool.ok("status", "--json")) as { steps: { name: StepName; status: string }[] };
  return wanted.map((name) => steps.find((step) => step.name === name)?.status);
}
