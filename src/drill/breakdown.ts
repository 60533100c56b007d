import type { UndoAction } from "../state/undo.ts";
import { killUnit, lookAtUnit, unitTimesOf } from "../remote/kill-unit.ts";
import { runScript } from "../steps/host-scripts.ts";
import type { StepContext } from "../steps/step.ts";
import { databaseFails } from "./database-fails.ts";
import type { DrillKind } from "./record.ts";
import { zoneIsCut } from "./zone-is-cut.ts";

/** One way to fail for real. */
export interface Breakdown {
  /** What puts it right, should nobody else. */
  readonly undo: UndoAction;
  /** What has to hold as long as it is away and a while longer, until all is well again. */
  readonly meanwhile?: { readonly undo: UndoAction; begin(): Promise<void> };
  /** Fails now; returns when that was, in milliseconds since 1970. */
  fail(): Promise<number>;
  /** Whether the part stands again, by itself. */
  standsAgain(): Promise<boolean>;
  /** How long it was away until something stood in its place by itself; null: that did not happen. */
  awayMs(): Promise<number | null>;
}

/** Looks what there is to fail; changes nothing. Throws DRILL_REFUSED where that must not be, or is not there. */
export async function breakdownOf(ctx: StepContext, kind: DrillKind, subject: string): Promise<Breakdown> {
  switch (kind) {
    case "host":
      return hostStops(ctx, subject);
    case "az":
      return zoneIsCut(ctx, subject);
    case "database":
      return databaseFails(ctx);
    default:
      return unitIsKilled(ctx, `${kind}.service`, subject);
  }
}

function unitIsKilled(ctx: StepContext, unit: "puma.service" | "nginx.service", instanceId: string): Breakdown {
  const look = async () => unitTimesOf((await runScript(ctx, instanceId, lookAtUnit(unit))).stdout);
  return {
    undo: { kind: "unit", instanceId, unit },
    async fail() {
      const before = ctx.clock.now().getTime();
      const { stdout } = await runScript(ctx, instanceId, killUnit(unit));
      const after = ctx.clock.now().getTime();
      // The host knows best; its clock and ours may differ, what lies around the command cannot.
      const told = Number(stdout.trim());
      return Number.isFinite(told) ? Math.min(after, Math.max(before, told)) : after;
    },
    standsAgain: async () => (await look()).isActive,
    awayMs: async () => (await look()).awayMs,
  };
}

/** Nobody but an Auto Scaling group puts another host in its place. */
function hostStops({ ports, clock, stack }: StepContext, instanceId: string): Breakdown {
  return {
    undo: { kind: "instance", instanceId },
    async fail() {
      const at = clock.now().getTime();
      await ports.compute.stopInstance(instanceId);
      return at;
    },
    async standsAgain() {
      const instances = await ports.compute.findInstances(stack);
      return !instances.some(({ id, state }) => id === instanceId && state !== "running");
    },
    awayMs: async () => null,
  };
}
