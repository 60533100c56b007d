import {
  RollbackInstanceRefresh$,
  type RollbackInstanceRefreshCommandInput,
  type RollbackInstanceRefreshCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { getGroup } from "../find.ts";
import { beginRollback } from "../refresh.ts";
import { getActiveRefresh } from "../refresh-state.ts";

export const rollbackInstanceRefresh = action(
  RollbackInstanceRefresh$,
  async (input: RollbackInstanceRefreshCommandInput, { world }) => {
    const group = getGroup(world, input.AutoScalingGroupName);
    const refresh = getActiveRefresh(world, group.name);
    const isFloating = [refresh.desired, group.template].some((it) => it?.version.startsWith("$"));
    if (!refresh.desired || isFloating || refresh.status === "RollbackInProgress") {
      throw new AwsError(
        "IrreversibleInstanceRefresh",
        "The instance refresh cannot be rolled back: it has no desired configuration, a launch template version that is no number, or is being rolled back.",
      );
    }
    beginRollback(world, group, refresh, "Rollback due to user request.");
    await world.autoscaling.save();
    return { InstanceRefreshId: refresh.id } satisfies ActionOutput<RollbackInstanceRefreshCommandOutput>;
  },
);
