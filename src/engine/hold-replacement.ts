import type { Step } from "../steps/step.ts";
import { groupNameOf } from "../steps/redundancy/settings.ts";
import { redundancySchema } from "../steps/redundancy/output.ts";
import type { Session } from "./session.ts";
import { createWithout } from "./undo.ts";

/**
 * Works on hosts of an Auto Scaling group: one whose Puma is being restarted, or stopped for a proof, is not to be
 * replaced for it. The state knows it from before until after, so that a command that is killed leaves no group held.
 */
export async function withReplacementHeld<T>(session: Session, step: Step, work: () => Promise<T>): Promise<T> {
  if (step.replacesHosts || !hasGroup(session)) return work();
  const groupName = groupNameOf(session.stack);
  return createWithout(session, step.name)([{ kind: "group-held", groupName }], async () => {
    await session.ports.autoScaling.holdReplacement(groupName, true);
    return work();
  });
}

function hasGroup({ store }: Session): boolean {
  const record = store.state.steps.find(({ name }) => name === "redundancy");
  return redundancySchema.safeParse(record?.output).success;
}

/**
 * A deploy that was killed left hosts out of rotation and the group held back. Whoever goes on with it holds the group
 * on: let go for a moment, it would replace them.
 */
export function keepHeld({ store: { state } }: Session): void {
  if (!state.deployment?.pending || !state.undo) return;
  const left = state.undo.filter(({ action }) => action.kind !== "group-held");
  if (left.length > 0) state.undo = left;
  else delete state.undo;
}
