import { expect, it } from "vitest";
import type { Question } from "../../src/diagnose/collect.ts";
import { lookFor } from "../../src/engine/diagnosis.ts";
import type { StepRecord } from "../../src/state/schema.ts";
import { stepNames, type StepName } from "../../src/steps/names.ts";
import { openToySession, ToyCloud, toyStep } from "../support/memory-session.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

/** As far as which steps is looked, in a stack whose steps are done, but for what is said of `database`. */
async function reachedBy(upTo: StepName | undefined, database: Partial<StepRecord>): Promise<readonly string[]> {
  const cloud = new ToyCloud();
  const steps = stepNames.map((name) => toyStep(name, [], cloud));
  const session = openToySession(temporaryDirectory(), steps);
  const asked: Question[] = [];
  Object.assign(session, { diagnose: async (_ctx: unknown, question: Question) => void asked.push(question) });
  for (const name of ["ec2", "puma", "alb"] as const) session.recordOf(name).status = "done";
  Object.assign(session.recordOf("database"), database);
  await lookFor(session, upTo === undefined ? {} : { upTo });
  session.close();
  return asked[0]?.reached ?? [];
}

it("looks for the records in RDS once they are there, however far it looks otherwise", async () => {
  const done = { status: "done", output: { id: "it" } } as const;
  expect(await reachedBy("alb", done)).toEqual(["ec2", "puma", "alb", "database"]);
  expect(await reachedBy(undefined, done)).toEqual(["ec2", "puma", "alb", "database"]);
  // It has to run again, because a group has put another host in the place of the one that it ran on.
  expect(await reachedBy("puma", { ...done, status: "pending" })).toEqual(["ec2", "puma", "database"]);
});

it("looks for them in the file on the host before that", async () => {
  expect(await reachedBy("alb", { status: "pending" })).toEqual(["ec2", "puma", "alb"]);
  expect(await reachedBy("alb", { status: "failed" })).toEqual(["ec2", "puma", "alb"]);
});
