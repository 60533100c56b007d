import {
  SetSubnets$,
  type SetSubnetsCommandInput,
  type SetSubnetsCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { invalidConfiguration } from "../errors.ts";
import { getLoadBalancer } from "../find.ts";
import { loadBalancerOutput } from "../outputs.ts";
import { typeOf } from "../store.ts";
import { checkSubnets } from "../vpc-parts.ts";
import { addInterfaces, removeInterfaces, wantedSubnets } from "../zones.ts";

/** Changes the zones that a load balancer stands in. Its container is made anew, because its addresses change. */
export const setSubnets = action(
  SetSubnets$,
  async (input: SetSubnetsCommandInput, { world }): Promise<ActionOutput<SetSubnetsCommandOutput>> => {
    const { elbv2 } = world;
    const record = getLoadBalancer(world, input.LoadBalancerArn);
    if (typeOf(record) === "network") {
      throw invalidConfiguration("The sandbox does not change the subnets of network load balancers");
    }
    const subnets = checkSubnets(world, wantedSubnets(input.Subnets, input.SubnetMappings));
    if (subnets.some(({ vpcId }) => vpcId !== record.vpcId)) {
      throw invalidConfiguration("The subnets must belong to the load balancer's VPC");
    }
    const kept = record.zones.filter(({ subnetId }) => subnets.some(({ id }) => id === subnetId));
    const dropped = record.zones.filter((zone) => !kept.includes(zone));
    const added = subnets.filter(({ id }) => !kept.some(({ subnetId }) => subnetId === id));
    if (dropped.length > 0 || added.length > 0) {
      const made = addInterfaces(
        world,
        record,
        added.map((subnet) => ({ subnet })),
      );
      await world.ec2.save();
      record.zones = [...kept, ...made];
      record.launchedPorts = undefined;
      try {
        await elbv2.save();
      } catch (error) {
        await removeInterfaces(world, made);
        throw error;
      }
      await removeInterfaces(world, dropped);
      void dataPlaneOf(world).settle(record.arn);
    }
    return { AvailabilityZones: loadBalancerOutput(record).AvailabilityZones, IpAddressType: "ipv4" };
  },
);
