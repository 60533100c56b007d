import { CreateSubnet$, type CreateSubnetCommandInput, type CreateSubnetCommandOutput } from "@aws-sdk/client-ec2";
import { contains, formatRange, overlaps, parseRange } from "../../docker/addresses.ts";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { hasNetworkSize, parseCidr } from "../cidr.ts";
import { invalidValue } from "../errors.ts";
import { getVpc } from "../find.ts";
import { newId } from "../ids.ts";
import { subnetShape } from "../shapes.ts";
import { putTags, tagsFor } from "../tags.ts";
import { zonesOf } from "../zones.ts";

export const createSubnet = action(CreateSubnet$, async (input: CreateSubnetCommandInput, { world: { ec2 } }) => {
  const vpc = getVpc(ec2, input.VpcId);
  const range = parseCidr(input.CidrBlock, "cidrBlock");
  if (!hasNetworkSize(range) || !contains(parseRange(vpc.cidr), range)) {
    throw new AwsError("InvalidSubnet.Range", `The CIDR '${input.CidrBlock}' is invalid.`);
  }
  const siblings = Object.values(ec2.data.subnets).filter(({ vpcId }) => vpcId === vpc.id);
  if (siblings.some(({ cidr }) => overlaps(parseRange(cidr), range))) {
    throw new AwsError("InvalidSubnet.Conflict", `The CIDR '${input.CidrBlock}' conflicts with another subnet`);
  }
  const tags = tagsFor(input.TagSpecifications, "subnet");
  const subnet = {
    id: newId("subnet"),
    vpcId: vpc.id,
    cidr: formatRange(range),
    availabilityZone: zoneFor(vpc.region, input),
    mapPublicIpOnLaunch: false,
  };
  ec2.data.subnets[subnet.id] = subnet;
  putTags(ec2.data, subnet.id, tags);
  await ec2.save();
  return { Subnet: subnetShape(ec2.data, subnet) } satisfies ActionOutput<CreateSubnetCommandOutput>;
});

function zoneFor(region: string, { AvailabilityZone, AvailabilityZoneId }: CreateSubnetCommandInput): string {
  const zones = zonesOf(region);
  const wanted = AvailabilityZone ?? AvailabilityZoneId;
  const zone = wanted === undefined ? zones[0] : zones.find(({ name, id }) => name === wanted || id === wanted);
  if (zone) return zone.name;
  const names = zones.map(({ name }) => name).join(", ");
  throw invalidValue(
    `Value (${wanted}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${names}.`,
  );
}
