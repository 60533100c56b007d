import {
  StartInstanceRefresh$,
  type StartInstanceRefreshCommandInput,
  type StartInstanceRefreshCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { randomUUID } from "node:crypto";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { invalid, notSupported } from "../errors.ts";
import { getGroup } from "../find.ts";
import type { RefreshRecord } from "../records.ts";
import { activeRefresh } from "../refresh-state.ts";
import { preferencesFrom } from "../refresh-preferences.ts";
import { referenceOf } from "../templates.ts";

export const startInstanceRefresh = action(
  StartInstanceRefresh$,
  async (input: StartInstanceRefreshCommandInput, { world }) => {
    const group = getGroup(world, input.AutoScalingGroupName);
    const { DesiredConfiguration: configuration, Strategy: strategy = "Rolling" } = input;
    if (strategy !== "Rolling") throw notSupported(`the strategy '${strategy}'`);
    if (configuration?.MixedInstancesPolicy) throw notSupported("MixedInstancesPolicy");
    if (activeRefresh(world, group.name)) {
      throw new AwsError(
        "InstanceRefreshInProgress",
        "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
      );
    }
    const desired = configuration?.LaunchTemplate && referenceOf(world, configuration.LaunchTemplate);
    const preferences = preferencesFrom(input.Preferences ?? {}, group);
    // To what it would roll back must be certain.
    const isFloating = [desired, group.template].some((it) => it?.version.startsWith("$"));
    if (preferences.autoRollback && (!desired || isFloating)) {
      throw invalid(
        "Auto rollback needs a desired configuration, and launch template versions that are numbers, not $Latest or $Default.",
      );
    }
    const refresh: RefreshRecord = {
      id: randomUUID(),
      groupName: group.name,
      startedAt: world.now().toISOString(),
      preferences,
      desired,
      status: "Pending",
      total: 0,
      remaining: 0,
    };
    world.autoscaling.data.refreshes[refresh.id] = refresh;
    await world.autoscaling.save();
    return { InstanceRefreshId: refresh.id } satisfies ActionOutput<StartInstanceRefreshCommandOutput>;
  },
);
