import {
  DescribeNetworkAcls$,
  type DescribeNetworkAclsCommandInput,
  type DescribeNetworkAclsCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import type { FilterFields } from "../filter.ts";
import { kinds } from "../find.ts";
import { aclsIn, aclShape, type NetworkAcl } from "../network-acls.ts";
import { selectPage } from "../select.ts";

const fields: FilterFields<NetworkAcl> = {
  "association.association-id": (acl) => acl.associations.map(({ id }) => id),
  "association.network-acl-id": (acl) => (acl.associations.length > 0 ? acl.id : undefined),
  "association.subnet-id": (acl) => acl.associations.map(({ subnetId }) => subnetId),
  default: (acl) => acl.isDefault,
  "network-acl-id": (acl) => acl.id,
  "owner-id": () => sandboxAccount,
  "vpc-id": (acl) => acl.vpcId,
};

export const describeNetworkAcls = action(
  DescribeNetworkAcls$,
  (input: DescribeNetworkAclsCommandInput, { world: { ec2 } }) => {
    const { items, NextToken } = selectPage(ec2, input, {
      records: Object.fromEntries(aclsIn(ec2.data).map((acl) => [acl.id, acl])),
      kind: kinds.networkAcl,
      ids: input.NetworkAclIds,
      fields,
    });
    const NetworkAcls = items.map((acl) => aclShape(ec2.data, acl));
    return { NetworkAcls, NextToken } satisfies ActionOutput<DescribeNetworkAclsCommandOutput>;
  },
);
