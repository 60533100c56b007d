import {
  ModifyLoadBalancerAttributes$,
  type ModifyLoadBalancerAttributesCommandInput,
  type ModifyLoadBalancerAttributesCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { attributeList, changeAttributes } from "../attributes.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { accessDeniedFor } from "../errors.ts";
import { getLoadBalancer } from "../find.ts";
import { logTargetOf, writeTestFile } from "../../access-logs/alb-delivery.ts";

export const modifyLoadBalancerAttributes = action(
  ModifyLoadBalancerAttributes$,
  async (
    input: ModifyLoadBalancerAttributesCommandInput,
    { world },
  ): Promise<ActionOutput<ModifyLoadBalancerAttributesCommandOutput>> => {
    const record = getLoadBalancer(world, input.LoadBalancerArn);
    const attributes = { ...record.attributes };
    changeAttributes(attributes, input.Attributes, "Load balancer");
    // ELB tries what it is asked for by writing a file, and keeps nothing of a request that fails.
    const target = logTargetOf({ attributes });
    const isAboutLogs = input.Attributes?.some(({ Key }) => Key?.startsWith("access_logs.")) === true;
    if (target && isAboutLogs && !(await writeTestFile(world, record, target))) throw accessDeniedFor(target.bucket);
    Object.assign(record.attributes, attributes);
    await world.elbv2.save();
    void dataPlaneOf(world).settle(record.arn);
    return { Attributes: attributeList(record.attributes) };
  },
);
