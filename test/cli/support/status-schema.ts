import { z } from "zod";
import { lectureSteps, stepNames } from "../../../src/steps/names.ts";

const text = z.string();
const stepName = z.enum(stepNames);
const deployCommand = z.enum(["deploy", "rollback"]);

/** What `status --json` prints. schema/status.schema.json, which ships, is made from this. */
export const statusSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    stack: text,
    target: z.enum(["sandbox", "aws"]),
    region: text,
    url: text.nullable().describe("Where the application answers; null before there is an address."),
    steps: z
      .array(
        z.strictObject({
          name: stepName,
          status: z
            .enum(["pending", "running", "done", "failed", "stale"])
            .describe("stale: what was proved no longer holds, or the process that worked on it has died."),
          startedAt: text.nullable().describe("ISO 8601, UTC."),
          finishedAt: text.nullable().describe("ISO 8601, UTC."),
          durationMs: z.number().int().nullable(),
          checks: z.array(z.strictObject({ name: text, expected: text, observed: text, ok: z.boolean() })),
        }),
      )
      .min(lectureSteps.length)
      .max(stepNames.length)
      .describe("All steps of the lecture, in their order; then what was begun beyond it."),
    https: z
      .strictObject({ certificateArn: text, names: z.array(text), loadBalancerName: text })
      .nullable()
      .describe("The certificate of a stack with HTTPS, its names, and where they have to lead; null: plain HTTP."),
    maintenance: z.boolean().describe("Visitors are sent to the maintenance page on S3."),
    expiresAt: text.nullable().describe("When the instances end themselves (--ttl), ISO 8601, UTC; null: never."),
    cost: z
      .strictObject({
        perHourDollars: z.number(),
        perMonthDollars: z.number(),
        soFarDollars: z.number(),
        pricesAsOf: text,
        isComplete: z.boolean(),
      })
      .nullable()
      .describe("An estimate from list prices in US dollars, of what stands; null in the sandbox."),
    resources: z.array(z.strictObject({ type: text, id: text, step: stepName })),
    hosts: z.array(
      z.strictObject({
        instanceId: text,
        availabilityZone: text,
        privateIp: text,
        release: text.nullable().describe("Of the application, as the last command left it; null before there is one."),
      }),
    ),
    deployment: z
      .strictObject({
        release: text,
        previous: text.nullable().describe("What `rollback` goes back to."),
        pending: z
          .strictObject({ command: deployCommand, release: text, since: text.describe("ISO 8601, UTC.") })
          .nullable()
          .describe("One that was cut short: hosts may differ until `deploy` or `rollback` has run."),
        records: z
          .array(
            z.strictObject({
              command: deployCommand,
              from: text,
              to: text,
              startedAt: text,
              finishedAt: text,
              outcome: z
                .enum(["done", "went-back", "failed", "interrupted"])
                .describe("went-back: a check failed, and every host has its old release again."),
              migrations: z.number().int().describe("How many ran; they stay, whatever the outcome."),
              hosts: z.array(z.strictObject({ instanceId: text, release: text })),
              reason: text.optional().describe("Why it is not done."),
            }),
          )
          .describe("The last ones, oldest first."),
      })
      .nullable()
      .describe("What `deploy` has brought; null before the first one."),
    modules: z.array(
      z.strictObject({
        name: text,
        version: text,
        manager: z.enum(["apt", "gem", "npm"]),
        requested: z.boolean().describe("True when it was asked for, false when it was pulled in."),
        step: stepName,
        instanceId: text,
      }),
    ),
    working: z
      .strictObject({
        command: text,
        step: text.nullable().describe("Null before the first step."),
        since: text.describe("ISO 8601, UTC."),
        pid: z.number().int(),
        host: text,
      })
      .nullable()
      .describe("The command that is at work here now."),
    warnings: z
      .array(z.strictObject({ code: text, message: z.strictObject({ en: text, ja: text }) }))
      .describe("What is not in order about the state itself; [] when all is well."),
    live: z
      .strictObject({
        differences: z.array(z.strictObject({ subject: text, expected: text, observed: text })),
        targets: z.array(z.strictObject({ instanceId: text, state: text, reason: text.nullable() })),
      })
      .optional()
      .describe("Only with --live."),
  })
  .describe("Output of `lecture05 status --json`.");

/** The text of schema/status.schema.json. */
export function statusJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(statusSchema);
  return `${JSON.stringify({ $schema, title: "lecture05 status", ...schema }, undefined, 2)}\n`;
}
