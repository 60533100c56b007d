import type { PutScheduledUpdateGroupActionCommandInput } from "@aws-sdk/client-auto-scaling";
import type { AutoScaling } from "../../ports/auto-scaling.ts";
import type { Clients } from "../clients.ts";
import { isAbsent } from "./groups.ts";

type Part = Pick<AutoScaling, "findEnd" | "setEnd">;

/** Names are unique within a group, so one name makes a put of another moment move the end. */
const ScheduledActionName = "lecture05-end";

export function createEnds(clients: Pick<Clients, "autoScaling">): Part {
  return {
    async findEnd(name) {
      const { DescribeScheduledActionsCommand } = await import("@aws-sdk/client-auto-scaling");
      const command = new DescribeScheduledActionsCommand({
        AutoScalingGroupName: name,
        ScheduledActionNames: [ScheduledActionName],
      });
      const client = await clients.autoScaling();
      const answer = await client.send(command).catch((error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      });
      const [found] = answer?.ScheduledUpdateGroupActions ?? [];
      if (!found?.StartTime) return undefined;
      const { StartTime, MinSize, MaxSize, DesiredCapacity } = found;
      const endsAll = [MinSize, MaxSize, DesiredCapacity].every((size) => size === 0);
      return { at: StartTime.toISOString(), endsAll };
    },

    async setEnd(name, expiresAt) {
      const { DeleteScheduledActionCommand, PutScheduledUpdateGroupActionCommand } =
        await import("@aws-sdk/client-auto-scaling");
      const client = await clients.autoScaling();
      if (expiresAt !== undefined) {
        await client.send(new PutScheduledUpdateGroupActionCommand(endRequest(name, expiresAt)));
        return;
      }
      try {
        await client.send(new DeleteScheduledActionCommand({ AutoScalingGroupName: name, ScheduledActionName }));
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    },
  };
}

/** Apart from asking, so that `explain` shows the very values. */
export function endRequest(name: string, expiresAt: string): PutScheduledUpdateGroupActionCommandInput {
  return {
    AutoScalingGroupName: name,
    ScheduledActionName,
    StartTime: new Date(expiresAt),
    MinSize: 0,
    // Nobody's wish for a host is fulfilled any more.
    MaxSize: 0,
    DesiredCapacity: 0,
  };
}
