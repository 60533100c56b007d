import { z } from "zod";
import { stepNames } from "../steps/names.ts";
import { deploymentSchema } from "./deployment.ts";
import { undoSchema } from "./undo.ts";
import { stateVersion } from "./version.ts";

/** The account of every sandbox is the same, so a sandbox has an identity of its own. */
const sandboxSchema = z.object({
  /** Made at random with the sandbox; a reset makes a new one. */
  id: z.string(),
  /** Its directory, to tell a sandbox that was reset from one that is only elsewhere. */
  home: z.string(),
});

const checkSchema = z.object({
  name: z.string(),
  expected: z.string(),
  observed: z.string(),
  ok: z.boolean(),
  /** What the check proves, for people; absent in states of older versions. */
  title: z.object({ en: z.string(), ja: z.string() }).optional(),
});

const stepRecordSchema = z.object({
  name: z.enum(stepNames),
  status: z.enum(["pending", "running", "done", "failed", "stale"]),
  startedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
  durationMs: z.number().int().nonnegative().optional(),
  checks: z.array(checkSchema),
  /** What the step returned; parsed by the step's own schema when it is read. */
  output: z.record(z.string(), z.unknown()).optional(),
  /** Why it failed, without secrets. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** What a diagnosis found wrong in it; until that is put right the step counts as not up to date. */
  diagnosis: z.object({ layer: z.string(), code: z.string(), at: z.iso.datetime() }).optional(),
});

const resourceSchema = z.object({
  type: z.string(),
  name: z.string(),
  step: z.enum(stepNames),
  /** Absent between the intent and the answer of the creating call. */
  id: z.string().optional(),
  clientToken: z.string(),
  createdAt: z.iso.datetime(),
});

const installedSchema = z.object({
  name: z.string(),
  version: z.string(),
  manager: z.enum(["apt", "gem", "npm"]),
  /** True when we asked for it, false when it was pulled in. */
  requested: z.boolean(),
  /** As the package manager names it; apt keeps none. */
  licence: z.string().optional(),
  step: z.enum(stepNames),
});

/** What hosts have in common, once. A host is in one set only. */
const moduleSetSchema = z.object({ instances: z.array(z.string()), installed: z.array(installedSchema) });

const hostSchema = z.object({
  instanceId: z.string(),
  availabilityZone: z.string(),
  privateIp: z.string(),
});

export const stateSchema = z.object({
  schemaVersion: z.literal(stateVersion),
  // Both become parts of names and scripts, and a file can be edited by hand.
  stack: z.string().regex(/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/),
  target: z.enum(["sandbox", "aws"]),
  region: z.string().regex(/^[a-z]{2,3}(-[a-z]+){1,2}-\d$/),
  account: z.string(),
  /** Absent on AWS, and until the sandbox of a version 1 state has been reached once. */
  sandbox: sandboxSchema.optional(),
  url: z.string().optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  steps: z.array(stepRecordSchema),
  resources: z.array(resourceSchema),
  hosts: z.array(hostSchema),
  modules: z.array(moduleSetSchema),
  /** How often a resource ("ec2:instance host-1") was made and is gone again; keeps client tokens from being reused. */
  attempts: z.record(z.string(), z.number().int().positive()),
  /** When the instances end themselves; absent: never. The tag on every resource says the same. */
  expiresAt: z.iso.datetime().optional(),
  /** ACM certificate for HTTPS; absent: plain HTTP. */
  certificateArn: z.string().optional(),
  /** The kind of load balancer; absent: an application load balancer. */
  loadBalancer: z.enum(["alb", "nlb"]).optional(),
  /** Visitors are sent to the static site instead of the application; absent: they are not. */
  maintenance: z.boolean().optional(),
  /** How many hosts a run was asked for that has not made them yet; absent: none goes on that was cut short. */
  hostsWanted: z.number().int().positive().optional(),
  /** What `deploy` has brought; absent before the first one. */
  deployment: deploymentSchema.optional(),
  /** What a proof has taken away for a moment and not put back yet. */
  undo: z.array(undoSchema).optional(),
  /** Of everything above, as it was written last; another one means that somebody else changed the file. */
  digest: z.string().optional(),
});

export type State = z.infer<typeof stateSchema>;
export type SandboxIdentity = z.infer<typeof sandboxSchema>;
export type StepRecord = z.infer<typeof stepRecordSchema>;
export type ResourceRecord = z.infer<typeof resourceSchema>;
export type HostRecord = z.infer<typeof hostSchema>;
export type ModuleSet = z.infer<typeof moduleSetSchema>;
/** One package on one host, with the step that brought it. */
export type ModuleRecord = z.infer<typeof installedSchema> & { instanceId: string };
/** One package on one host, as its package manager reports it. */
export type InstalledModule = Omit<ModuleRecord, "step">;
