import { z } from "zod";

const releaseName = z.string().regex(/^[0-9a-f]{12}$/);

/** A release, and the mark of a host on which it was installed (see steps/host-scripts.ts). */
const installedSchema = z.object({ release: releaseName, recipe: z.string() });

export const deployCommands = ["deploy", "rollback"] as const;

const recordSchema = z.object({
  command: z.enum(deployCommands),
  from: releaseName,
  to: releaseName,
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** went-back: a check failed, and every host has its old release again. */
  outcome: z.enum(["done", "went-back", "failed", "interrupted"]),
  /** How many migrations ran; they stay, whatever the outcome. */
  migrations: z.number().int().nonnegative(),
  hosts: z.array(z.object({ instanceId: z.string(), release: releaseName })),
  /** Why it is not done, without secrets. */
  reason: z.string().optional(),
});

export const deploymentSchema = z.object({
  /** What runs on every host, short of what is pending. */
  current: installedSchema,
  /** What `rollback` goes back to. */
  previous: installedSchema.optional(),
  /** On its way to the hosts since then: here from before the first host changes until all have, or have it no more. */
  pending: z.object({ command: z.enum(deployCommands), to: installedSchema, since: z.iso.datetime() }).optional(),
  /** What runs on hosts that differ from `current`, while something is pending. */
  hosts: z.record(z.string(), releaseName),
  /** Hosts that were launched from an older version of the launch template and brought to this one where they stand. */
  inPlace: z.object({ templateVersion: z.number().int(), instanceIds: z.array(z.string()) }).optional(),
  /** The image that hosts of `previous` are launched from. */
  previousImageId: z.string().optional(),
  /** The last ones, oldest first. */
  records: z.array(recordSchema),
});

export type Deployment = z.infer<typeof deploymentSchema>;
export type InstalledRelease = z.infer<typeof installedSchema>;
export type DeployRecord = z.infer<typeof recordSchema>;
export type DeployCommand = (typeof deployCommands)[number];
