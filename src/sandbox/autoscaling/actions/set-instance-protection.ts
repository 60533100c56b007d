import { SetInstanceProtection$, type SetInstanceProtectionCommandInput } from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { getGroup, getMember } from "../find.ts";

/** Against being chosen when the group gets smaller; not against being replaced when it is unhealthy. */
export const setInstanceProtection = action(
  SetInstanceProtection$,
  async (input: SetInstanceProtectionCommandInput, { world }): Promise<Record<string, never>> => {
    const { name } = getGroup(world, input.AutoScalingGroupName);
    const members = (input.InstanceIds ?? []).map((id) => getMember(world, id, name).member);
    for (const member of members) member.isProtected = input.ProtectedFromScaleIn ?? false;
    await world.autoscaling.save();
    return {};
  },
);
