import {
  DescribeLoadBalancers$,
  type DescribeLoadBalancersCommandInput,
  type DescribeLoadBalancersCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { syncWithContainers } from "../container-sync.ts";
import { loadBalancerNotFound } from "../errors.ts";
import { select } from "../find.ts";
import { loadBalancerOutput } from "../outputs.ts";
import { page } from "../page.ts";

export const describeLoadBalancers = action(
  DescribeLoadBalancers$,
  async (
    input: DescribeLoadBalancersCommandInput,
    { world },
  ): Promise<ActionOutput<DescribeLoadBalancersCommandOutput>> => {
    await syncWithContainers(world);
    const found = select(
      world.elbv2.data.loadBalancers,
      { names: input.Names, arns: input.LoadBalancerArns },
      loadBalancerNotFound,
    );
    const { items, nextMarker } = page(found, ({ arn }) => arn, input);
    return { LoadBalancers: items.map(loadBalancerOutput), NextMarker: nextMarker };
  },
);
