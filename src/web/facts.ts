import type { RunRecord } from "../records/run-record.ts";
import type { Releases } from "../state/releases.ts";
import type { StepRecord } from "../state/schema.ts";
import type { StepName } from "../steps/names.ts";
import type { LocalizedText } from "../text.ts";

/** What the page shows, as it was read: nothing in it is in words yet. */
export interface WebFacts {
  readonly stack: string;
  readonly target: "sandbox" | "aws";
  readonly region: string;
  readonly url: string | undefined;
  /** True while something of the stack is in the state. */
  readonly stands: boolean;
  /** True when the records tell of a stack that was destroyed. */
  readonly wasDestroyed: boolean;
  readonly steps: readonly WebStep[];
  readonly warnings: readonly LocalizedText[];
  /** Who holds the lock now. */
  readonly working: { readonly command: string; readonly pid: number; readonly step: string | null } | undefined;
  readonly run: RunRecord | undefined;
  /** Undefined before there is an application. */
  readonly releases: Releases | undefined;
}

export interface WebStep {
  readonly name: StepName;
  readonly title: LocalizedText;
  readonly status: StepRecord["status"];
  readonly durationMs: number | undefined;
  readonly checks: { readonly passed: number; readonly total: number };
  /** As a rule, on this machine: for what the run at work would do with it. */
  readonly expectedMs: number | undefined;
}

/** What AWS and the hosts say now. */
export interface WebHealth {
  readonly at: Date;
  readonly targets: readonly { readonly instanceId: string; readonly state: string; readonly reason: string | null }[];
  readonly differences: readonly { readonly subject: string; readonly expected: string; readonly observed: string }[];
  readonly requests: readonly HostRequests[];
}

export interface HostRequests {
  readonly instanceId: string;
  /** Lines in the access log since it was begun or rotated. */
  readonly visitors: number;
  readonly healthChecks: number;
  /** Undefined until there are two looks to compare. */
  readonly perMinute: number | undefined;
}
