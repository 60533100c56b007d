import { groupNameOf } from "../steps/redundancy/settings.ts";
import type { StepContext } from "../steps/step.ts";
import type { Breakdown } from "./breakdown.ts";

/** While this lasts the Auto Scaling group replaces no host, where there is one. */
export function heldGroup(ctx: StepContext): Pick<Breakdown, "meanwhile"> {
  const { ports, stack } = ctx;
  if (!ctx.isDone("redundancy")) return {};
  const groupName = groupNameOf(stack);
  const begin = (): Promise<void> => ports.autoScaling.holdReplacement(groupName, true);
  return { meanwhile: { undo: { kind: "group-held", groupName }, begin } };
}
