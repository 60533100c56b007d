import { DescribeVpcs$, type DescribeVpcsCommandInput, type DescribeVpcsCommandOutput } from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import type { FilterFields } from "../filter.ts";
import { kinds } from "../find.ts";
import type { VpcRecord } from "../records.ts";
import { selectPage } from "../select.ts";
import { vpcShape } from "../shapes.ts";

const fields: FilterFields<VpcRecord> = {
  cidr: (vpc) => vpc.cidr,
  "cidr-block-association.cidr-block": (vpc) => vpc.cidr,
  "cidr-block-association.state": () => "associated",
  "dhcp-options-id": () => "default",
  "is-default": () => false,
  isDefault: () => false,
  "owner-id": () => sandboxAccount,
  state: (vpc) => vpc.state,
  "vpc-id": (vpc) => vpc.id,
};

export const describeVpcs = action(DescribeVpcs$, (input: DescribeVpcsCommandInput, { world: { ec2 } }) => {
  const records = ec2.data.vpcs;
  const { items, NextToken } = selectPage(ec2, input, { records, kind: kinds.vpc, ids: input.VpcIds, fields });
  const Vpcs = items.map((vpc) => vpcShape(ec2.data, vpc));
  return { Vpcs, NextToken } satisfies ActionOutput<DescribeVpcsCommandOutput>;
});
