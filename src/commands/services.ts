import type { ConnectOptions, Connection } from "../aws/connect.ts";
import type { PreflightCheck } from "../preflight/check.ts";
import type { PreflightOptions } from "../preflight/preflight.ts";
import type { Lecture05Error } from "../errors.ts";
import type { Diagnose } from "../engine/diagnosis.ts";
import type { AskSweep } from "../engine/sweep.ts";
import type { SandboxIdentity } from "../state/schema.ts";
import type { BackupOperations } from "../steps/backup/operations.ts";
import type { Step } from "../steps/step.ts";
import type { AboutStack, BucketData } from "../steps/sweep.ts";
import type { RealismSettings } from "../sandbox/realism/settings.ts";
import type { LocalizedText } from "../text.ts";
import type { Probes, Repairs } from "./doctor/probes.ts";
import type { WantedRealism } from "./settings.ts";

type ProgressSink = (message: LocalizedText) => void;

/** The sandbox's door: where any AWS client reaches it and with which keys. */
export interface SandboxEndpoint {
  readonly url: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Where a client learns the address under which the sandbox sees it. */
  readonly callerAddressUrl?: string | undefined;
  /** Which sandbox it is; the state remembers it. */
  readonly identity?: SandboxIdentity | undefined;
}

export interface SandboxStatus {
  readonly home: string;
  /** Undefined: it is as friendly as it is by itself. */
  readonly realism?: RealismSettings | undefined;
  /** Undefined when it is not running. */
  readonly daemon: { readonly pid: number; readonly port: number; readonly since?: string | undefined } | undefined;
  /** Undefined when no Docker engine answers. */
  readonly containers: readonly { readonly name: string; readonly state: string }[] | undefined;
  /** What hosts left for later ones: where, and how much. Undefined when that is turned off. */
  readonly cache: { readonly directory: string; readonly bytes: number } | undefined;
  /** True when there is something of a stack on its disk, also without a container: a VPC, a bucket. */
  readonly holdsResources: boolean;
}

export interface EnsureSandboxOptions {
  readonly onProgress: ProgressSink;
  readonly signal: AbortSignal;
  readonly realism?: WantedRealism | undefined;
}

export interface SandboxControl {
  /**
   * Docker engine, images, daemon: makes or starts what is missing. A daemon that behaves otherwise than wanted is
   * started anew; undefined leaves it as it is.
   */
  ensure(options: EnsureSandboxOptions): Promise<SandboxEndpoint>;
  /** The running daemon's, without starting one. */
  find(): Promise<SandboxEndpoint | undefined>;
  status(): Promise<SandboxStatus>;
  /** Stops the daemon and its containers; what they hold stays. False when nothing was running. */
  stop(): Promise<boolean>;
  /** Removes everything of this sandbox: daemon, containers, networks, state; base images and cache only when asked. */
  reset(options: { images: boolean; cache: boolean }): Promise<void>;
}

/** What doctor looks at beyond the machine itself. */
export interface Site {
  readonly env: NodeJS.ProcessEnv;
  readonly stateDirectory: string;
  readonly signal: AbortSignal;
}

/** What commands need of the rest of the program; tests give their own. */
export interface Services {
  steps(): Promise<readonly Step[]>;
  /** What would keep a run on AWS from coming to its end. Reads only. */
  preflight(options: PreflightOptions): Promise<PreflightCheck[]>;
  /** What of a stack is there, asked of every service. */
  readonly sweep: AskSweep;
  /** What its bucket holds; undefined when it has none. */
  bucketData(about: AboutStack): Promise<BucketData | undefined>;
  backups(): Promise<BackupOperations>;
  /** Undefined: failures are reported without a diagnosis. */
  readonly diagnose?: Diagnose;
  translator(): Promise<(error: unknown) => Lecture05Error | undefined>;
  connect(options: ConnectOptions): Promise<Connection>;
  sandbox(env: NodeJS.ProcessEnv): Promise<SandboxControl>;
  probes(site: Site): Promise<Probes>;
  repairs(site: Site): Promise<Repairs>;
}
