import { DeleteLoadBalancer$, type DeleteLoadBalancerCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, AwsError } from "../../wire/action.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { missing } from "../errors.ts";
import { removeInterfaces } from "../zones.ts";
import { removeListener } from "../remove-listener.ts";
import { listenersOf } from "../store.ts";

/** Succeeds also when there is none. Returns when container and network interfaces are gone; AWS takes longer for the latter, and so does `World.later`. */
export const deleteLoadBalancer = action(
  DeleteLoadBalancer$,
  async (input: DeleteLoadBalancerCommandInput, { world }): Promise<Record<string, never>> => {
    const { elbv2 } = world;
    if (!input.LoadBalancerArn) throw missing("loadBalancerArn");
    const record = elbv2.data.loadBalancers[input.LoadBalancerArn];
    if (!record) return {};
    if (record.attributes["deletion_protection.enabled"] === "true") {
      const message = `Load balancer '${record.arn}' cannot be deleted because deletion protection is enabled`;
      throw new AwsError("OperationNotPermitted", message);
    }
    await dataPlaneOf(world).remove(record, async () => {
      for (const listener of listenersOf(elbv2, record.arn)) removeListener(elbv2, listener);
      delete elbv2.data.loadBalancers[record.arn];
      delete elbv2.data.tags[record.arn];
      await elbv2.save();
    });
    const release = (): Promise<void> => removeInterfaces(world, record.zones);
    await (world.later ? world.later("lingering-interfaces", release) : release());
    return {};
  },
);
