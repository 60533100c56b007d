import {
  ModifyLoadBalancerAttributes$,
  type ModifyLoadBalancerAttributesCommandInput,
  type ModifyLoadBalancerAttributesCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { attributeList, changeAttributes } from "../attributes.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { getLoadBalancer } from "../find.ts";

export const modifyLoadBalancerAttributes = action(
  ModifyLoadBalancerAttributes$,
  async (
    input: ModifyLoadBalancerAttributesCommandInput,
    { world },
  ): Promise<ActionOutput<ModifyLoadBalancerAttributesCommandOutput>> => {
    const record = getLoadBalancer(world, input.LoadBalancerArn);
    changeAttributes(record.attributes, input.Attributes, "Load balancer");
    await world.elbv2.save();
    void dataPlaneOf(world).settle(record.arn);
    return { Attributes: attributeList(record.attributes) };
  },
);
