import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import { getInstances } from "./find.ts";
import { syncWithHosts } from "./host-sync.ts";
import { stateShape } from "./instance-shape.ts";
import type { Begin } from "./life.ts";
import type { InstanceRecord, InstanceStateName } from "./records.ts";

export interface StateChange {
  /** What the message says cannot be done: "started", "stopped". */
  readonly verb: string;
  readonly from: readonly InstanceStateName[];
  /** States in which there is nothing to do. */
  readonly already: readonly InstanceStateName[];
  /** Marks the record, and returns what begins the change itself. */
  readonly change: (world: World, instance: InstanceRecord) => Begin;
}

/** Starts a change of state for all the instances, or for none of them, and says from what to what. */
export async function changeStates(world: World, ids: readonly string[] | undefined, change: StateChange) {
  await syncWithHosts(world);
  const instances = getInstances(world.ec2, ids);
  const wrong = instances.find(({ state }) => !change.from.includes(state) && !change.already.includes(state));
  if (wrong) throw incorrectState(wrong, change.verb);
  const begins: Begin[] = [];
  const changes = instances.map((instance) => {
    const before = instance.state;
    if (change.from.includes(before)) begins.push(change.change(world, instance));
    return {
      InstanceId: instance.id,
      PreviousState: stateShape(before),
      CurrentState: stateShape(instance.state),
    };
  });
  await world.ec2.save();
  for (const begin of begins) begin();
  return changes;
}

export function incorrectState({ id }: InstanceRecord, verb: string): AwsError {
  return new AwsError("IncorrectInstanceState", `The instance '${id}' is not in a state from which it can be ${verb}.`);
}
