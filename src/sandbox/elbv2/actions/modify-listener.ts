import {
  ModifyListener$,
  type ModifyListenerCommandInput,
  type ModifyListenerCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { checkActions } from "../check-actions.ts";
import { checkTls } from "../check-tls.ts";
import { checkPort } from "../checks.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { getListener, getLoadBalancer } from "../find.ts";
import { listenerOutput } from "../outputs.ts";
import { listenersOf, typeOf } from "../store.ts";

export const modifyListener = action(
  ModifyListener$,
  async (input: ModifyListenerCommandInput, { world }): Promise<ActionOutput<ModifyListenerCommandOutput>> => {
    const { elbv2 } = world;
    const record = getListener(world, input.ListenerArn);
    const tls = checkTls(world, typeOf(getLoadBalancer(world, record.loadBalancerArn)), input, record);
    const port = input.Port === undefined ? record.port : checkPort(input.Port);
    const others = listenersOf(elbv2, record.loadBalancerArn).filter((listener) => listener !== record);
    if (others.some((listener) => listener.port === port)) {
      const message = `A listener already exists on this port for this load balancer '${record.loadBalancerArn}'`;
      throw new AwsError("DuplicateListener", message);
    }
    if (input.DefaultActions) {
      record.defaultActions = checkActions(world, input.DefaultActions, record.loadBalancerArn);
    }
    Object.assign(record, tls, { port });
    await elbv2.save();
    void dataPlaneOf(world).settle(record.loadBalancerArn);
    return { Listeners: [listenerOutput(record)] };
  },
);
