import {
  SetSecurityGroups$,
  type SetSecurityGroupsCommandInput,
  type SetSecurityGroupsCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { setInterfaceGroups } from "../../ec2/interfaces.ts";
import { missing } from "../errors.ts";
import { getLoadBalancer } from "../find.ts";
import { checkSecurityGroups } from "../vpc-parts.ts";

export const setSecurityGroups = action(
  SetSecurityGroups$,
  async (input: SetSecurityGroupsCommandInput, { world }): Promise<ActionOutput<SetSecurityGroupsCommandOutput>> => {
    const record = getLoadBalancer(world, input.LoadBalancerArn);
    if (!input.SecurityGroups?.length) throw missing("securityGroups");
    const groupIds = checkSecurityGroups(world, record.vpcId, input.SecurityGroups);
    for (const { interfaceId } of record.zones) await setInterfaceGroups(world, interfaceId, groupIds);
    record.groupIds = groupIds;
    await world.elbv2.save();
    return { SecurityGroupIds: groupIds };
  },
);
