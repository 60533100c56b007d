import {
  DescribeLoadBalancerAttributes$,
  type DescribeLoadBalancerAttributesCommandInput,
  type DescribeLoadBalancerAttributesCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { attributeList } from "../attributes.ts";
import { getLoadBalancer } from "../find.ts";

export const describeLoadBalancerAttributes = action(
  DescribeLoadBalancerAttributes$,
  (
    input: DescribeLoadBalancerAttributesCommandInput,
    { world },
  ): ActionOutput<DescribeLoadBalancerAttributesCommandOutput> => {
    return { Attributes: attributeList(getLoadBalancer(world, input.LoadBalancerArn).attributes) };
  },
);
