import { copyStandsIn } from "../../state/damage.ts";
import { findWorker } from "../../state/find-worker.ts";
import { runningCost } from "../../records/cost.ts";
import { pricesAsOf } from "../../records/prices.ts";
import { modulesOf } from "../../state/modules.ts";
import type { DeployCommand, DeployRecord } from "../../state/deployment.ts";
import { releaseOn } from "../../state/release-on.ts";
import type { HostRecord, ModuleRecord, State, StepRecord } from "../../state/schema.ts";
import { defaultInstanceType } from "../../steps/ec2/layout.ts";
import { listedSteps, type StepName } from "../../steps/names.ts";
import type { LocalizedText } from "../../text.ts";
import type { StackIdentity } from "../identity.ts";

/** `status --json`: a contract, described by schema/status.schema.json. Raise the version when its shape changes. */
export interface StatusReport {
  readonly schemaVersion: 1;
  readonly stack: string;
  readonly target: "sandbox" | "aws";
  readonly region: string;
  readonly url: string | null;
  readonly steps: readonly StepReport[];
  /** Set for HTTPS: the certificate, its names, and the load balancer's own name, to which theirs have to lead. */
  readonly https: HttpsReport | null;
  /** Visitors are sent to the maintenance page. */
  readonly maintenance: boolean;
  /** When the instances end themselves, ISO 8601, UTC. */
  readonly expiresAt: string | null;
  /** An estimate from list prices, of what stands; null in the sandbox. */
  readonly cost: CostReport | null;
  readonly resources: readonly { readonly type: string; readonly id: string; readonly step: StepName }[];
  readonly hosts: readonly HostReport[];
  /** What `deploy` has brought; null before the first one. */
  readonly deployment: DeploymentReport | null;
  readonly modules: readonly ModuleRecord[];
  /** The command that is at work here now. */
  readonly working: WorkingReport | null;
  /** What is not in order about the state itself. */
  readonly warnings: readonly { readonly code: string; readonly message: LocalizedText }[];
  /** Only with --live. */
  readonly live?: LiveReport;
}

interface HttpsReport {
  readonly certificateArn: string;
  readonly names: readonly string[];
  readonly loadBalancerName: string;
}

interface HostReport extends HostRecord {
  /** Of the application, as the last command left it; null before there is one. */
  readonly release: string | null;
}

interface DeploymentReport {
  readonly release: string;
  /** What `rollback` goes back to. */
  readonly previous: string | null;
  /** One that was cut short: hosts may differ until `deploy` or `rollback` has run. */
  readonly pending: { readonly command: DeployCommand; readonly release: string; readonly since: string } | null;
  /** The last ones, oldest first. */
  readonly records: readonly DeployRecord[];
}

interface CostReport {
  readonly perHourDollars: number;
  readonly perMonthDollars: number;
  readonly soFarDollars: number;
  readonly pricesAsOf: string;
  /** False when something has no price here: then the figures are a lower bound. */
  readonly isComplete: boolean;
}

interface StepReport {
  readonly name: StepName;
  /** stale: it was being worked on when its process died, or its sandbox is gone; run it again. */
  readonly status: StepRecord["status"];
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  readonly checks: StepRecord["checks"];
}

interface WorkingReport {
  readonly command: string;
  /** Null before the first step. */
  readonly step: string | null;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly pid: number;
  readonly host: string;
}

export interface LiveReport {
  readonly differences: readonly { readonly subject: string; readonly expected: string; readonly observed: string }[];
  readonly targets: readonly { readonly instanceId: string; readonly state: string; readonly reason: string | null }[];
}

export function statusReport(identity: StackIdentity, directory: string, now: Date): StatusReport {
  const { stack, target, region, state, lostSandbox } = identity;
  const worker = findWorker(directory);
  return {
    schemaVersion: 1,
    stack: state?.stack ?? stack,
    target: state?.target ?? target,
    region: state?.region ?? region,
    url: state?.url ?? null,
    steps: listedSteps(state).map((name) =>
      stepReport(
        name,
        state?.steps.find((step) => step.name === name),
        worker !== undefined,
        lostSandbox !== undefined,
      ),
    ),
    https: httpsReport(state),
    maintenance: state?.maintenance === true,
    expiresAt: state?.expiresAt ?? null,
    cost: state?.target === "aws" ? costReport(state, now) : null,
    // An intent without an id is no resource yet.
    resources: (state?.resources ?? []).flatMap(({ type, id, step }) => (id === undefined ? [] : [{ type, id, step }])),
    hosts: (state?.hosts ?? []).map(({ instanceId, availabilityZone, privateIp }) => ({
      instanceId,
      availabilityZone,
      privateIp,
      release: (state && releaseOn(state, instanceId)) ?? null,
    })),
    deployment: deploymentReport(state),
    // Written out when it is asked for: 1,000 hosts have some 330,000, and people are told how many.
    get modules() {
      return modulesOf(state ?? { modules: [] }).map(({ name, version, manager, requested, step, instanceId }) => ({
        name,
        version,
        manager,
        requested,
        step,
        instanceId,
      }));
    },
    working: worker
      ? {
          command: worker.command,
          step: worker.step || null,
          since: worker.since,
          pid: worker.pid,
          host: worker.host,
        }
      : null,
    warnings: warningsOf(identity),
  };
}

function deploymentReport(state: State | undefined): DeploymentReport | null {
  if (!state?.deployment) return null;
  const { current, previous, pending, records } = state.deployment;
  return {
    release: current.release,
    previous: previous?.release ?? null,
    pending: pending ? { command: pending.command, release: pending.to.release, since: pending.since } : null,
    records,
  };
}

function costReport(state: State, now: Date): CostReport {
  const { perHourDollars, perMonthDollars, soFarDollars, isComplete } = runningCost(state, instanceTypeOf(state), now);
  return { perHourDollars, perMonthDollars, soFarDollars, isComplete, pricesAsOf };
}

/** As step alb noted it when it was carried out. Read without the step's schema, which would be loaded for it. */
function httpsReport(state: State | undefined): HttpsReport | null {
  const { certificate, dnsName } = (state?.steps.find(({ name }) => name === "alb")?.output ?? {}) as {
    readonly certificate?: { readonly arn: string; readonly names: readonly string[] };
    readonly dnsName?: string;
  };
  if (!state?.url || !certificate || dnsName === undefined) return null;
  return { certificateArn: certificate.arn, names: certificate.names, loadBalancerName: dnsName };
}

/** As step ec2 noted it when the instance ran. */
function instanceTypeOf(state: State): string {
  const { hosts } = (state.steps.find(({ name }) => name === "ec2")?.output ?? {}) as {
    readonly hosts?: readonly { readonly instanceType?: string }[];
  };
  return hosts?.[0]?.instanceType ?? defaultInstanceType;
}

function warningsOf({ damage, lostSandbox, state }: StackIdentity): StatusReport["warnings"] {
  const warnings: { code: string; message: LocalizedText }[] = [];
  if (damage) warnings.push({ code: damage.code, message: copyStandsIn(damage) });
  if (lostSandbox !== undefined) {
    const home = state?.sandbox?.home ?? "";
    const message = {
      en: `The sandbox ${lostSandbox} in ${home} is no more, and the stack with it; \`lecture05 up\` starts anew`,
      ja: `サンドボックス ${lostSandbox} (${home}) はすでになく、スタックも残っていません。\`lecture05 up\` で新しく始めます`,
    };
    warnings.push({ code: "STATE_TARGET_MISMATCH", message });
  }
  return warnings;
}

function stepReport(name: StepName, record: StepRecord | undefined, working: boolean, lost: boolean): StepReport {
  const status = record?.status ?? "pending";
  const isStale = (status === "running" && !working) || (status === "done" && lost);
  return {
    name,
    status: isStale ? "stale" : status,
    startedAt: record?.startedAt ?? null,
    finishedAt: record?.finishedAt ?? null,
    durationMs: record?.durationMs ?? null,
    checks: (record?.checks ?? []).map(({ name, expected, observed, ok }) => ({ name, expected, observed, ok })),
  };
}
