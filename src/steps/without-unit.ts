import type { StoppableUnit } from "../remote/guard.ts";
import type { RemoteScript } from "../ports/shell.ts";
import { alb } from "./alb.ts";
import { waitUntilHealthy } from "./alb/health.ts";
import { ec2 } from "./ec2.ts";
import { probeHosts, type ProbeCheck } from "./host-probes.ts";
import type { StepContext, Tell } from "./step.ts";

export interface UnitProof {
  readonly unit: StoppableUnit;
  /** Stops the unit, looks, starts it again and looks once more. */
  readonly script: RemoteScript;
  /** What it sees while the unit is stopped, and after. */
  readonly stopped: readonly ProbeCheck[];
  readonly started: readonly ProbeCheck[];
}

/**
 * Runs a proof that stops a unit on every host for a moment. Should its script not come to its end, the unit is started
 * from here. A load balancer that noticed is given time to trust the hosts again.
 */
export async function withoutUnit(ctx: StepContext, proof: UnitProof, tell: Tell): Promise<void> {
  const { unit, script, stopped, started } = proof;
  const { hosts } = ctx.output(ec2);
  const again = await ctx.without(
    hosts.map(({ instanceId }) => ({ kind: "unit", instanceId, unit })),
    async () => {
      const checks = await probeHosts(ctx, hosts, script, [...stopped, ...started]);
      tell(...checks.slice(0, stopped.length));
      return checks.slice(stopped.length);
    },
    { restoredByWork: true },
  );
  tell(...again);
  const balanced = ctx.isDone("alb") ? ctx.findOutput(alb) : undefined;
  if (balanced && (await hasTarget(ctx, balanced.targetGroupArn))) {
    await waitUntilHealthy(ctx, balanced.targetGroupArn, balanced.kind);
  }
}

/** Hosts that were taken out of the target group come back with step alb, not with time. */
async function hasTarget(ctx: StepContext, targetGroupArn: string): Promise<boolean> {
  const targets = await ctx.ports.loadBalancing.targetHealth(targetGroupArn);
  return targets.some(({ state }) => state !== "draining" && state !== "unused");
}

/** What is seen on port 80 while Nginx is stopped, and after. */
export const nginxStopped: readonly ProbeCheck[] = [
  {
    name: "nginx-stopped",
    title: { en: "With Nginx stopped, port 80", ja: "Nginx を止めると 80 番ポートは" },
    probe: "stopped",
    expected: "refused",
  },
];
export const nginxStarted: readonly ProbeCheck[] = [
  {
    name: "nginx-started",
    title: { en: "With Nginx started, port 80 answers", ja: "Nginx を起動すると 80 番ポートの応答は" },
    probe: "started",
    expected: "200",
  },
];
