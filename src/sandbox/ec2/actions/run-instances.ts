import { RunInstances$, type RunInstancesCommandInput, type RunInstancesCommandOutput } from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import { instanceShape } from "../instance-shape.ts";
import { beginLaunches, launchInstances } from "../launch.ts";

export const runInstances = action(RunInstances$, async (input: RunInstancesCommandInput, { world, region }) => {
  const { instances, isNew } = await launchInstances(world, region, input);
  const answer = {
    ReservationId: instances[0]?.reservationId,
    OwnerId: sandboxAccount,
    Groups: [],
    Instances: instances.map((instance) => instanceShape(world, instance)),
  } satisfies ActionOutput<RunInstancesCommandOutput>;
  if (isNew) beginLaunches(world, instances);
  return answer;
});
