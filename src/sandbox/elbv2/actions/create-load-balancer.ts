import {
  CreateLoadBalancer$,
  type CreateLoadBalancerCommandInput,
  type CreateLoadBalancerCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import type { SubnetRecord } from "../../ec2/records.ts";
import type { World } from "../../world.ts";
import { withFreeAddress } from "../addresses.ts";
import { loadBalancerDefaults } from "../attributes.ts";
import { checkName } from "../checks.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { invalid } from "../errors.ts";
import { loadBalancerOutput } from "../outputs.ts";
import { newSuffix, type LoadBalancerRecord } from "../store.ts";
import { checkTags, setTags } from "../tags.ts";
import { checkInternetGateway, checkSecurityGroups, checkSubnets } from "../vpc-parts.ts";
import { addInterfaces, removeInterfaces, wantedSubnets } from "../zones.ts";

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
    if (Type !== "application") throw invalid(`The sandbox does not support load balancers of type '${Type}'`);
    if (IpAddressType !== "ipv4") throw invalid(`The sandbox does not support the address type '${IpAddressType}'`);
    const subnets = checkSubnets(world, wantedSubnets(input.Subnets, input.SubnetMappings));
    const vpcId = subnets[0]?.vpcId ?? "";
    const groupIds = checkSecurityGroups(world, vpcId, input.SecurityGroups);
    if (scheme === "internet-facing") checkInternetGateway(world, vpcId);
    checkTags(input.Tags);

    const record = await elbv2.names.run(name, async () => {
      const present = Object.values(elbv2.data.loadBalancers).find((it) => it.name === name);
      if (!present) {
        const id = `app/${name}/${newSuffix()}`;
        const arn = `arn:aws:elasticloadbalancing:${region}:${world.account}:loadbalancer/${id}`;
        return withFreeAddress(world, 80, (address) =>
          keep(world, { arn, id, name, scheme, vpcId, groupIds, address }, subnets, input.Tags),
        );
      }
      const isSame =
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

type Request = Pick<LoadBalancerRecord, "arn" | "id" | "name" | "scheme" | "vpcId" | "groupIds" | "address">;

/** Interfaces first: those whose load balancer was never written are removed, at once or at the next start. */
async function keep(
  world: World,
  request: Request,
  subnets: readonly SubnetRecord[],
  tags: CreateLoadBalancerCommandInput["Tags"],
): Promise<LoadBalancerRecord> {
  const { elbv2, ec2 } = world;
  const zones = addInterfaces(world, request, subnets);
  await ec2.save();
  const record: LoadBalancerRecord = {
    ...request,
    createdAt: world.now().toISOString(),
    dnsName: request.address,
    state: "provisioning",
    zones,
    attributes: { ...loadBalancerDefaults },
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
