import type { Session } from "../engine/session.ts";
import type { RemoteScript } from "../ports/shell.ts";
import { parseProbes, type ProbeResults } from "../remote/probes.ts";
import { probeRelease } from "../remote/probes/release.ts";
import type { InstalledRelease } from "../state/deployment.ts";
import type { AlbOutput } from "../steps/alb.ts";
import { runScript, throwIfFailed } from "../steps/host-scripts.ts";
import type { StepContext } from "../steps/step.ts";
import { together } from "../steps/together.ts";

/** What a deploy works with, once it is clear that it may. */
export interface Work {
  readonly session: Session;
  readonly ctx: StepContext;
  readonly alb: AlbOutput;
  /** What runs on every host as far as the state knows, and what is to. */
  readonly from: InstalledRelease;
  readonly to: InstalledRelease;
  /** True when an Auto Scaling group launches the hosts. */
  readonly isGrouped: boolean;
}

/** A host as it was found. */
export interface FoundHost {
  readonly instanceId: string;
  readonly probes: ProbeResults;
  /** AWS's word; undefined: it is no target. */
  readonly targetState: string | undefined;
}

/** Each script on all hosts, at the same time on all; the next when the one before has ended everywhere. */
export async function runEverywhere(
  ctx: StepContext,
  instanceIds: readonly string[],
  scripts: readonly RemoteScript[],
): Promise<void> {
  for (const [index, script] of scripts.entries()) {
    const place = `${index + 1}/${scripts.length}`;
    const count = instanceIds.length;
    ctx.progress({
      en: `${script.name} (${place}) on ${count === 1 ? instanceIds[0] : `${count} hosts`}`,
      ja: `${count === 1 ? instanceIds[0] : `${count} 台`}で ${script.name} を実行しています (${place})`,
    });
    await runOn(ctx, instanceIds, script);
  }
}

/** One command for all; a single host needs no more rights than the steps before. */
async function runOn(ctx: StepContext, instanceIds: readonly string[], script: RemoteScript) {
  const [only, ...others] = instanceIds;
  if (only !== undefined && others.length === 0) return [await runScript(ctx, only, script)];
  const results = await ctx.ports.shell.runOnAll(instanceIds, script, { signal: ctx.signal });
  for (const result of results) throwIfFailed(script, result);
  return results;
}

export async function lookAt(ctx: StepContext, alb: AlbOutput, instanceIds: readonly string[]): Promise<FoundHost[]> {
  const [results, targets] = await together([
    runOn(ctx, instanceIds, probeRelease()),
    ctx.ports.loadBalancing.targetHealth(alb.targetGroupArn),
  ]);
  return instanceIds.map((instanceId) => ({
    instanceId,
    probes: parseProbes(results.find((it) => it.instanceId === instanceId)?.stdout ?? ""),
    targetState: targets.find((it) => it.instanceId === instanceId)?.state,
  }));
}

/**
 * Whether a host has a release and answers with it, and nothing half done lies about. One that still starts, because the
 * command before was killed meanwhile, does not: to start it again waits until it is there.
 */
export const runs = ({ probes }: FoundHost, release: string): boolean =>
  [probes.link, probes.settings, probes.running].every((seen) => seen === release) &&
  probes.up === "200" &&
  probes.stand_in !== "active";
