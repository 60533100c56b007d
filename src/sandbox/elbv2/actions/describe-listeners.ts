import {
  DescribeListeners$,
  type DescribeListenersCommandInput,
  type DescribeListenersCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalid } from "../errors.ts";
import { getListener, getLoadBalancer } from "../find.ts";
import { listenerOutput } from "../outputs.ts";
import { page } from "../page.ts";
import { listenersOf } from "../store.ts";

export const describeListeners = action(
  DescribeListeners$,
  (input: DescribeListenersCommandInput, { world }): ActionOutput<DescribeListenersCommandOutput> => {
    const { LoadBalancerArn, ListenerArns } = input;
    if (!LoadBalancerArn && !ListenerArns?.length) {
      throw invalid("You must specify either listener ARNs or a load balancer ARN");
    }
    const found = LoadBalancerArn
      ? listenersOf(world.elbv2, getLoadBalancer(world, LoadBalancerArn).arn)
      : (ListenerArns ?? []).map((arn) => getListener(world, arn));
    const { items, nextMarker } = page(found, ({ arn }) => arn, input);
    return { Listeners: items.map(listenerOutput), NextMarker: nextMarker };
  },
);
