import {
  CreateListener$,
  type CreateListenerCommandInput,
  type CreateListenerCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { isDeepStrictEqual } from "node:util";
import { checkActions } from "../check-actions.ts";
import { checkTls } from "../check-tls.ts";
import { checkPort } from "../checks.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { getLoadBalancer } from "../find.ts";
import { listenerOutput } from "../outputs.ts";
import { listenersOf, newSuffix, typeOf, type ListenerRecord } from "../store.ts";
import { checkTags, setTags } from "../tags.ts";

/** The same listener again is returned as it is; another one on its port is refused. */
export const createListener = action(
  CreateListener$,
  async (input: CreateListenerCommandInput, { world }): Promise<ActionOutput<CreateListenerCommandOutput>> => {
    const { elbv2 } = world;
    const loadBalancer = getLoadBalancer(world, input.LoadBalancerArn);
    const tls = checkTls(world, typeOf(loadBalancer), input);
    const port = checkPort(input.Port);
    const defaultActions = checkActions(world, input.DefaultActions, loadBalancer.arn);
    checkTags(input.Tags);
    const present = listenersOf(elbv2, loadBalancer.arn).find((listener) => listener.port === port);
    if (present) {
      await elbv2.settled();
      if (isSame(present, { ...tls, defaultActions })) return { Listeners: [listenerOutput(present)] };
      const message = `A listener already exists on this port for this load balancer '${loadBalancer.arn}'`;
      throw new AwsError("DuplicateListener", message);
    }
    const arn = `${loadBalancer.arn.replace(":loadbalancer/", ":listener/")}/${newSuffix()}`;
    const record = { arn, loadBalancerArn: loadBalancer.arn, port, ...tls, defaultActions };
    elbv2.data.listeners[arn] = record;
    setTags(elbv2.data, arn, input.Tags);
    await elbv2.save();
    void dataPlaneOf(world).settle(loadBalancer.arn);
    return { Listeners: [listenerOutput(record)] };
  },
);

function isSame(present: ListenerRecord, wanted: Omit<ListenerRecord, "arn" | "loadBalancerArn" | "port">): boolean {
  const { protocol = "HTTP", certificateArn, sslPolicy, defaultActions } = present;
  return isDeepStrictEqual(
    [protocol, certificateArn, sslPolicy, defaultActions],
    [wanted.protocol, wanted.certificateArn, wanted.sslPolicy, wanted.defaultActions],
  );
}
