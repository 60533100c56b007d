import type { RefreshPreferences } from "@aws-sdk/client-auto-scaling";
import type { AutoScaling, RefreshRequest } from "../../ports/auto-scaling.ts";
import type { Clients } from "../clients.ts";
import { isAwsError } from "../translate-error.ts";

type Part = Pick<AutoScaling, "startRefresh" | "findRefresh">;

/** Where nothing more comes after. */
const ended = ["Successful", "Failed", "Cancelled", "RollbackSuccessful", "RollbackFailed"];

export function createRefreshes(clients: Pick<Clients, "autoScaling">): Part {
  const describe = async (name: string, ids?: string[]) => {
    const { DescribeInstanceRefreshesCommand } = await import("@aws-sdk/client-auto-scaling");
    const command = new DescribeInstanceRefreshesCommand({
      AutoScalingGroupName: name,
      ...(ids ? { InstanceRefreshIds: ids } : {}),
    });
    return (await (await clients.autoScaling()).send(command)).InstanceRefreshes ?? [];
  };
  return {
    async startRefresh(name, request) {
      const { StartInstanceRefreshCommand } = await import("@aws-sdk/client-auto-scaling");
      const command = new StartInstanceRefreshCommand({
        AutoScalingGroupName: name,
        DesiredConfiguration: {
          LaunchTemplate: { LaunchTemplateId: request.templateId, Version: String(request.templateVersion) },
        },
        Preferences: refreshPreferences(request),
      });
      try {
        return (await (await clients.autoScaling()).send(command)).InstanceRefreshId ?? "";
      } catch (error) {
        // One is under way: of a run that was cut short, or somebody's.
        if (!isAwsError(error, "InstanceRefreshInProgress", "InstanceRefreshInProgressFault")) throw error;
        const present = (await describe(name)).find(({ Status = "" }) => !ended.includes(Status));
        if (!present) throw error;
        return present.InstanceRefreshId ?? "";
      }
    },

    async findRefresh(name, id) {
      const [found] = await describe(name, [id]);
      if (!found) return undefined;
      return {
        id,
        status: found.Status ?? "",
        ...(found.StatusReason ? { reason: found.StatusReason } : {}),
        percentage: found.PercentageComplete ?? 0,
      };
    },
  };
}

/** What is asked of Auto Scaling, apart from asking, so that `explain` shows the very values. */
export const refreshPreferences = ({
  warmupSeconds,
  bakeSeconds,
}: Pick<RefreshRequest, "warmupSeconds" | "bakeSeconds">): RefreshPreferences => ({
  // A new host is there and well before an old one goes.
  MinHealthyPercentage: 100,
  // Half as many more: twice as many at once would be too much for a database, or for a machine that rehearses it.
  MaxHealthyPercentage: 150,
  InstanceWarmup: warmupSeconds,
  BakeTime: bakeSeconds,
  SkipMatching: true,
  AutoRollback: true,
});
