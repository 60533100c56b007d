import { expect, it } from "vitest";
import { applyAndRecord } from "../../../src/engine/run-step.ts";
import type { Session } from "../../../src/engine/session.ts";
import { redundancy } from "../../../src/steps/redundancy.ts";
import { groupNameOf } from "../../../src/steps/redundancy/settings.ts";
import { stack as stackName } from "../../support/stage.ts";
import { startGroupStack, type GroupStack } from "./stack.ts";

const name = groupNameOf(stackName);

/** A later `up`, which names no number. It knows what is on the disk, and nothing else. */
async function goOn(stack: GroupStack): Promise<Session> {
  stack.session.close();
  const session = stack.openSession();
  Object.assign(session.settings, { hosts: undefined });
  await applyAndRecord(session, redundancy, session.contextFor(redundancy));
  return session;
}

it.each(["createGroup", "setEnd", "updateGroup"] as const)(
  "as many hosts as were asked for are there also when the run was killed at %s and none is named again",
  async (call) => {
    const stack = await startGroupStack();
    const { state } = stack.session.store;
    state.expiresAt = new Date(stack.sandbox.world.now().getTime() + 3_600_000).toISOString();
    const { autoScaling } = stack.ports;
    const original = autoScaling[call];
    Object.assign(autoScaling, {
      [call]: async () => {
        throw new Error("killed");
      },
    });
    await expect(stack.apply(3)).rejects.toThrow("killed");
    Object.assign(autoScaling, { [call]: original });

    const { store } = await goOn(stack);
    expect(stack.sandbox.world.autoscaling.data.groups[name]).toMatchObject({ min: 3, desired: 3 });
    expect(store.state.hosts).toHaveLength(3);
    expect(store.state.hostsWanted).toBeUndefined();
  },
);

it("more of them that were asked for come, too, and what somebody changed after that stays", async () => {
  const stack = await startGroupStack();
  await stack.apply(2);
  const { autoScaling } = stack.ports;
  const update: typeof autoScaling.updateGroup = autoScaling.updateGroup.bind(autoScaling);
  autoScaling.updateGroup = async () => {
    throw new Error("killed");
  };
  await expect(stack.apply(4)).rejects.toThrow("killed");
  autoScaling.updateGroup = update;
  const { groups } = stack.sandbox.world.autoscaling.data;
  const session = await goOn(stack);
  expect(groups[name]).toMatchObject({ min: 4, desired: 4 });
  Object.assign(groups[name] ?? {}, { min: 3, desired: 3 });
  await applyAndRecord(session, redundancy, session.contextFor(redundancy));
  expect(groups[name]).toMatchObject({ min: 3, desired: 3 });
});
