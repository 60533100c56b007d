import {
  CancelInstanceRefresh$,
  type CancelInstanceRefreshCommandInput,
  type CancelInstanceRefreshCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { action, type ActionOutput } from "../../wire/action.ts";
import { getGroup } from "../find.ts";
import { endRefresh, getActiveRefresh } from "../refresh-state.ts";

/** What has been replaced stays so. */
export const cancelInstanceRefresh = action(
  CancelInstanceRefresh$,
  async (input: CancelInstanceRefreshCommandInput, { world }) => {
    const { name } = getGroup(world, input.AutoScalingGroupName);
    const refresh = getActiveRefresh(world, name);
    endRefresh(world, refresh, "Cancelled", "Cancelled due to user request.");
    await world.autoscaling.save();
    return { InstanceRefreshId: refresh.id } satisfies ActionOutput<CancelInstanceRefreshCommandOutput>;
  },
);
