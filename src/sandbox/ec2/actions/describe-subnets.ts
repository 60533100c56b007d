import {
  DescribeSubnets$,
  type DescribeSubnetsCommandInput,
  type DescribeSubnetsCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import { availableAddresses } from "../addresses.ts";
import type { FilterFields } from "../filter.ts";
import { kinds } from "../find.ts";
import type { Ec2Data, SubnetRecord } from "../records.ts";
import { selectPage } from "../select.ts";
import { subnetShape } from "../shapes.ts";
import { zoneId } from "../zones.ts";

const fieldsOf = (data: Ec2Data): FilterFields<SubnetRecord> => ({
  "availability-zone": (subnet) => subnet.availabilityZone,
  availabilityZone: (subnet) => subnet.availabilityZone,
  "availability-zone-id": (subnet) => zoneId(subnet.availabilityZone),
  "available-ip-address-count": (subnet) => availableAddresses(data, subnet),
  cidr: (subnet) => subnet.cidr,
  "cidr-block": (subnet) => subnet.cidr,
  cidrBlock: (subnet) => subnet.cidr,
  "default-for-az": () => false,
  "map-public-ip-on-launch": (subnet) => subnet.mapPublicIpOnLaunch,
  "owner-id": () => sandboxAccount,
  state: () => "available",
  "subnet-id": (subnet) => subnet.id,
  "vpc-id": (subnet) => subnet.vpcId,
});

export const describeSubnets = action(DescribeSubnets$, (input: DescribeSubnetsCommandInput, { world: { ec2 } }) => {
  const { items, NextToken } = selectPage(ec2, input, {
    records: ec2.data.subnets,
    kind: kinds.subnet,
    ids: input.SubnetIds,
    fields: fieldsOf(ec2.data),
  });
  const Subnets = items.map((subnet) => subnetShape(ec2.data, subnet));
  return { Subnets, NextToken } satisfies ActionOutput<DescribeSubnetsCommandOutput>;
});
