import type { z } from "zod";
import type { Count } from "../count.ts";
import type { Blocker } from "../ports/blocker.ts";
import type { Ports } from "../ports/index.ts";
import type { LoadBalancerKind } from "../ports/load-balancing.ts";
import type { ReportedModule } from "../records/modules.ts";
import type { SeenPage } from "../records/seen-pages.ts";
import type { HostRecord } from "../state/schema.ts";
import type { LocalizedText } from "../text.ts";
import type { Deployment } from "../state/deployment.ts";
import type { UndoAction } from "../state/undo.ts";
import type { StepName } from "./names.ts";
import type { RemoteScript } from "../ports/shell.ts";

/** One thing that `apply` would do. An empty plan means: up to date. */
export interface Change {
  readonly action: "create" | "update" | "replace" | "run" | "delete";
  /** A resource's type and logical name ("ec2:subnet public-a"), or what is run on which host. */
  readonly subject: string;
  readonly reason?: LocalizedText;
}

/** One proof. A failed check is data, not an exception. `name` is stable and kebab-case. */
export interface Check {
  readonly name: string;
  readonly title: LocalizedText;
  readonly expected: string;
  readonly observed: string;
  readonly ok: boolean;
}

/** What could not be deleted, and what stands in the way. */
export interface Leftover {
  /** A ResourceType, or another type of AWS that carries the stack's tag ("ec2:snapshot"). */
  readonly type: string;
  readonly id: string;
  readonly reason: LocalizedText;
  /** [] when AWS gave another reason than that it is in use. */
  readonly blockers: readonly Blocker[];
}

/** What was left standing because the person asked for it. */
export interface Kept {
  readonly type: ResourceType;
  readonly id: string;
  readonly objects: number;
  readonly sizeBytes: number;
  /** Set for backups, which go by a word of their own (`--backups delete`). */
  readonly backups?: true;
}

export interface DestroyOptions {
  /** The bucket stays, with all that is in it. */
  readonly keepBucket: boolean;
  /** The bucket goes also when it holds what neither the application nor the hosts put there. */
  readonly deleteData: boolean;
  /** Name of a last snapshot of the database, which stays; undefined: its rows go for good. */
  readonly finalSnapshot?: string | undefined;
  /** The backups go as well; absent: they stay. */
  readonly deleteBackups?: boolean | undefined;
}

export interface DestroyOutcome {
  readonly deleted: readonly { readonly type: ResourceType; readonly id: string }[];
  readonly leftovers: readonly Leftover[];
  readonly kept?: readonly Kept[];
  /** Errors that kept the step from seeing what is there; the sweep tells whether something is left because of them. */
  readonly failures?: readonly unknown[];
}

export type ResourceType =
  | "ec2:vpc"
  | "ec2:subnet"
  | "ec2:internet-gateway"
  | "ec2:route-table"
  | "ec2:security-group"
  | "ec2:instance"
  | "ec2:volume"
  | "ec2:image"
  | "ec2:snapshot"
  | "ec2:elastic-ip"
  | "ec2:launch-template"
  | "autoscaling:group"
  | "iam:role"
  | "iam:instance-profile"
  | "elbv2:load-balancer"
  | "elbv2:target-group"
  | "elbv2:listener"
  | "elbv2:rule"
  | "s3:bucket"
  | "ssm:parameter"
  | "rds:db-instance"
  | "rds:db-subnet-group";

/** Saves what a step makes, in the order that survives a kill: intent before the call, id right after it. */
export interface Recorder {
  /**
   * Runs one creating call. The intent, with a client token derived from stack, type, name, parameters and attempt, is
   * on disk before `call` starts; the id is on disk before `create` returns. A repeat after a lost answer uses the same
   * token, so AWS returns what it made the first time. `find`, for what takes no token and has no name of its own, looks
   * for what a run that was stopped just now may have made: AWS's lists lag behind by seconds.
   */
  create<T>(
    resource: {
      readonly type: ResourceType;
      readonly name: string;
      readonly parameters?: object;
      readonly find?: () => Promise<T | undefined>;
    },
    call: (clientToken: string) => Promise<T>,
    idOf: (made: T) => string,
  ): Promise<T>;
  /** Notes a resource that exists already (found by its tags), so that the state knows it too. Cheap when known. */
  found(type: ResourceType, name: string, id: string): Promise<void>;
  /** Removes a resource that is gone. */
  gone(type: ResourceType, id: string): Promise<void>;
}

export interface Settings {
  /** CIDR ranges that may reach the load balancer; undefined means the caller's own address. */
  readonly allow: readonly string[] | undefined;
  readonly instanceType: string;
  /** Subnets of somebody else's VPC in which the stack is to stand; undefined: one of its own, or as it stands. */
  readonly subnets?: readonly string[] | undefined;
  /** Somebody else's instance profile for the hosts; undefined: one of the stack's own, or the one they bear. */
  readonly instanceProfile?: string | undefined;
  /** Whether the load balancer and the bucket log their requests; undefined: as it stands, by itself not. */
  readonly accessLogs?: boolean | undefined;
  /** Whether visitors are sent to the static site; absent: they are not. */
  readonly maintenance?: boolean | undefined;
  /** What `deploy` has brought; absent: nothing yet. */
  readonly deployment?: Deployment | undefined;
  /** Class of the database's instance; undefined: the smallest that RDS has, or as it stands. */
  readonly databaseClass?: string | undefined;
  /** Whether the database has a standby in another zone; undefined: as it stands, by itself not. */
  readonly multiAz?: boolean | undefined;
  /** The VPC in which they are thought to be. */
  readonly vpc?: string | undefined;
  /** How many hosts there are to be; undefined: as many as there are, at first two. */
  readonly hosts?: number | undefined;
  /** The kind of load balancer; absent: an application load balancer. */
  readonly loadBalancer?: LoadBalancerKind | undefined;
  /** ACM certificate for HTTPS; absent: plain HTTP. */
  readonly certificateArn?: string | undefined;
  /** When the instances are to end themselves, ISO 8601, UTC; absent: never. */
  readonly expiresAt?: string | undefined;
  /** Directory of the Rails application that is deployed. */
  readonly appDirectory: string;
}

export interface Clock {
  now(): Date;
  /** Resolves after the time, or rejects at once with INTERRUPTED when the signal fires. */
  sleep(ms: number): Promise<void>;
}

/** The definite cause for which a wait would be in vain. */
export interface Suspicion {
  readonly code: string;
  readonly cause: LocalizedText;
}

export interface StepContext {
  /** The step that this is the context of. */
  readonly step: StepName;
  readonly stack: string;
  readonly region: string;
  readonly account: string;
  readonly settings: Settings;
  readonly ports: Ports;
  readonly record: Recorder;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Set while `verify` proves what `apply` did a moment ago: what AWS tells only minutes later is not waited for. */
  readonly justApplied?: boolean;
  /** The parsed output of a step that is done; throws STEP_REQUIREMENT_MISSING when it is not. */
  output<Out extends object>(step: Step<Out>): Out;
  /** Like `output`, but undefined when the step is not done or its output does not parse. */
  findOutput<Out extends object>(step: Step<Out>): Out | undefined;
  /**
   * Runs a proof with something taken away. What puts it right is in the state before `work` starts, and is done after
   * it, whether it ended well, failed or was interrupted. `restoredByWork`: work that ends well has done it itself.
   */
  without<T>(
    undo: readonly UndoAction[],
    work: () => Promise<T>,
    options?: { readonly restoredByWork?: boolean },
  ): Promise<T>;
  /** True when the state says that this step is done; lets an earlier step see that a later one took over. */
  isDone(step: StepName): boolean;
  /** Keeps a page as a check saw it, for the report: later steps make it impossible to open. Never throws. */
  keepPage(page: SeenPage): void;
  /** Says what the step is doing now, and how far it is where that can be counted; shown beside the spinner. */
  progress(message: LocalizedText, detail?: ProgressDetail): void;
  /**
   * For waits: looks for the reason when it is time to, given how long nothing has changed, and returns it when it is
   * definite and will not pass by itself. Cheap to call at every poll.
   */
  suspect(waitedMs: number): Promise<Suspicion | undefined>;
}

/** What a host has printed since the last time, as far as it can be seen while the command runs. */
export interface RemoteOutput {
  readonly instanceId: string;
  readonly script: string;
  readonly lines: readonly string[];
}

export interface ProgressDetail {
  readonly count?: Count;
  readonly output?: RemoteOutput;
}

/** Takes checks as they are made. */
export type Tell = (...checks: readonly Check[]) => void;

/** What the text of a script may depend on; enough to show it without reaching AWS. */
export type ScriptContext = Pick<StepContext, "stack" | "region" | "account" | "settings" | "findOutput">;

/** One unit of the lecture. Adapters are reached through `ctx.ports` only. */
export interface Step<Out extends object = object> {
  readonly name: StepName;
  /** What the lecture calls it. */
  readonly title: LocalizedText;
  /** The same where what the stack is to have makes it something else. */
  titleFor?(wanted: Pick<Settings, "loadBalancer">): LocalizedText;
  readonly requires: readonly StepName[];
  /** A later step that replaces what this one proved (Puma on TCP gives way to the socket); once it is done, this one is no longer verified. */
  readonly supersededBy?: StepName;
  readonly output: z.ZodType<Out>;
  /** What the output says for the stack's summary (`status`). */
  facts?(output: Out): {
    readonly url?: string;
    readonly hosts?: readonly HostRecord[];
    readonly expiresAt?: string | undefined;
    readonly certificateArn?: string | undefined;
    readonly maintenance?: boolean | undefined;
    readonly release?: string;
    readonly loadBalancer?: LoadBalancerKind | undefined;
  };
  /** The exact scripts that apply runs on a host, in order; [] for a step without remote work. */
  scripts(ctx: ScriptContext): Promise<RemoteScript[]>;
  /**
   * Of a step that comes on top of the lecture: whether something of it stands, as the tags of what it makes first and
   * removes last say. One look, and not at a service of its own.
   */
  isThere?(ctx: StepContext): Promise<boolean>;
  /** Throws NAME_TAKEN when something that is not ours has a name that this step needs. Reads only. */
  requireNames?(ctx: StepContext): Promise<void>;
  /**
   * Looks at what exists of this step, by tags and on the hosts, and notes it through `ctx.record.found`; changes
   * nothing. The output that `apply` would have returned, or undefined where something of it is missing.
   */
  adopt(ctx: StepContext): Promise<Out | undefined>;
  /** Reads only (Describe, Get, List). */
  plan(ctx: StepContext): Promise<Change[]>;
  /**
   * Begins what AWS takes minutes for, once step `after` is done and while hosts are prepared; `apply` finds it there.
   * Waits for nothing, so that nothing is at work beside the step that is shown.
   */
  readonly ahead?: { readonly after: StepName; begin(ctx: StepContext): Promise<void> };
  /** It puts other hosts in the place of those that there were, as many as are wanted; the engine looks who they are. */
  readonly replacesHosts?: boolean;
  /** Observe, ensure, sync, return fresh facts. Safe to repeat and to abort at any point. */
  apply(ctx: StepContext): Promise<Out>;
  /** Asks from outside. Changes nothing that lasts and stops nothing. */
  verify(ctx: StepContext, output: Out): Promise<Check[]>;
  /**
   * Stops one part for a moment, shows the failure that has to follow, restores it and shows it well again. Tells of each
   * check when it is made, so that the failure stands between the stop and the restoration.
   */
  breakAndRestore?(ctx: StepContext, output: Out, tell: Tell): Promise<void>;
  /** Done right after `apply`, too, because it takes seconds only. */
  readonly breaksWhenApplied?: boolean;
  /** Modules on the hosts after this step, as their package managers report them; the engine records the difference. */
  modules(ctx: StepContext, output: Out): Promise<ReportedModule[]>;
  /** Works from any half-made state: looks by tag, not by state. Goes on after a failure and returns what is left. */
  destroy(ctx: StepContext, options: DestroyOptions): Promise<DestroyOutcome>;
}

/** For steps that only change hosts: what they did goes with the instance. */
export const nothingToDestroy = async (): Promise<DestroyOutcome> => ({ deleted: [], leftovers: [] });

/** What a step is called on this stack. */
export const titleOf = (
  { title, titleFor }: Pick<Step, "title" | "titleFor">,
  wanted: Pick<Settings, "loadBalancer">,
) => titleFor?.(wanted) ?? title;
