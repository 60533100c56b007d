import {
  CreateLoadBalancer$,
  type CreateLoadBalancerCommandInput,
  type CreateLoadBalancerCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import type { World } from "../../world.ts";
import { withFreeAddress } from "../addresses.ts";
import { loadBalancerDefaults } from "../attributes.ts";
import { checkName } from "../checks.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { invalid } from "../errors.ts";
import { loadBalancerOutput } from "../outputs.ts";
import { newSuffix, typeOf, type LoadBalancerRecord } from "../store.ts";
import { checkTags, setTags } from "../tags.ts";
import { checkInternetGateway, checkSecurityGroups, checkSubnets } from "../vpc-parts.ts";
import { addInterfaces, removeInterfaces, wantedAddresses, wantedSubnets, type WantedZone } from "../zones.ts";

/** The same load balancer again is returned as it is; another one of its name is refused. It is active once its container runs. */
export const createLoadBalancer = action(
  CreateLoadBalancer$,
  async (
    input: CreateLoadBalancerCommandInput,
    { world, region },
  ): Promise<ActionOutput<CreateLoadBalancerCommandOutput>> => {
    const { elbv2 } = world;
    const { Type = "application", Scheme: scheme = "internet-facing", IpAddressType = "ipv4" } = input;
    const name = checkName("Load balancer", input.Name);
    if (Type !== "application" && Type !== "network") {
      throw invalid(`The sandbox does not support load balancers of type '${Type}'`);
    }
    if (IpAddressType !== "ipv4") throw invalid(`The sandbox does not support the address type '${IpAddressType}'`);
    const subnets = checkSubnets(world, wantedSubnets(input.Subnets, input.SubnetMappings), Type);
    const vpcId = subnets[0]?.vpcId ?? "";
    // AWS lets everybody in then; a container without a filter is nothing that this machine should have.
    if (Type === "network" && !input.SecurityGroups?.length) {
      throw invalid("The sandbox does not support network load balancers without security groups");
    }
    const groupIds = checkSecurityGroups(world, vpcId, input.SecurityGroups);
    if (scheme === "internet-facing") checkInternetGateway(world, vpcId);
    checkTags(input.Tags);

    const record = await elbv2.names.run(name, async () => {
      const present = Object.values(elbv2.data.loadBalancers).find((it) => it.name === name);
      const addresses = wantedAddresses(world, Type, input.SubnetMappings, present?.zones ?? []);
      if (addresses.size > 0 && scheme !== "internet-facing") {
        throw invalid("Allocation IDs can be specified for internet-facing load balancers only");
      }
      if (!present) {
        const id = `${Type === "network" ? "net" : "app"}/${name}/${newSuffix()}`;
        const arn = `arn:aws:elasticloadbalancing:${region}:${world.account}:loadbalancer/${id}`;
        const wanted = subnets.map((subnet) => ({ subnet, allocationId: addresses.get(subnet.id) }));
        const type = Type === "network" ? { type: Type } : {};
        const make = (address: string): Promise<LoadBalancerRecord> =>
          keep(world, { arn, id, name, ...type, scheme, vpcId, groupIds, address }, wanted, input.Tags);
        // There is no name service that would lead a name to several addresses: it is the first of them.
        const kept = world.ec2.data.elasticIps[wanted[0]?.allocationId ?? ""]?.publicIp;
        return kept === undefined ? withFreeAddress(world, 80, make) : make(kept);
      }
      const isSame =
        typeOf(present) === Type &&
        present.zones.every(({ subnetId, allocationId }) => addresses.get(subnetId) === allocationId) &&
        present.scheme === scheme &&
        isSameSet(present.groupIds, groupIds) &&
        isSameSet(
          present.zones.map(({ subnetId }) => subnetId),
          subnets.map(({ id }) => id),
        );
      if (isSame) return present;
      const message = `A load balancer with the same name '${name}' exists, but with different settings`;
      throw new AwsError("DuplicateLoadBalancerName", message);
    });
    const answer = { LoadBalancers: [loadBalancerOutput(record)] };
    void dataPlaneOf(world).settle(record.arn);
    return answer;
  },
);

type Request = Pick<LoadBalancerRecord, "arn" | "id" | "name" | "type" | "scheme" | "vpcId" | "groupIds" | "address">;

/** Interfaces first: those whose load balancer was never written are removed, at once or at the next start. */
async function keep(
  world: World,
  request: Request,
  wanted: readonly WantedZone[],
  tags: CreateLoadBalancerCommandInput["Tags"],
): Promise<LoadBalancerRecord> {
  const { elbv2, ec2 } = world;
  const zones = addInterfaces(world, request, wanted);
  await ec2.save();
  const record: LoadBalancerRecord = {
    ...request,
    createdAt: world.now().toISOString(),
    dnsName: request.address,
    state: "provisioning",
    zones,
    attributes: { ...loadBalancerDefaults[typeOf(request)] },
  };
  elbv2.data.loadBalancers[record.arn] = record;
  setTags(elbv2.data, record.arn, tags);
  try {
    await elbv2.save();
  } catch (error) {
    await removeInterfaces(world, zones);
    throw error;
  }
  return record;
}

const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((item) => other.includes(item));
