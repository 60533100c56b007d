import {
  ReplaceNetworkAclAssociation$,
  type ReplaceNetworkAclAssociationCommandInput,
  type ReplaceNetworkAclAssociationCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { invalidValue } from "../errors.ts";
import { refreshFirewalls } from "../firewalls.ts";
import { newId } from "../ids.ts";
import { aclsIn, defaultAssociation, forgetSubnet, getAcl } from "../network-acls.ts";

export const replaceNetworkAclAssociation = action(
  ReplaceNetworkAclAssociation$,
  async (input: ReplaceNetworkAclAssociationCommandInput, { world }) => {
    const { ec2 } = world;
    const { data } = ec2;
    const { AssociationId } = input;
    const wanted = getAcl(data, input.NetworkAclId);
    const present = aclsIn(data).find(({ associations }) => associations.some(({ id }) => id === AssociationId));
    const subnetId = present?.associations.find(({ id }) => id === AssociationId)?.subnetId;
    if (!present || subnetId === undefined) {
      throw new AwsError("InvalidAssociationID.NotFound", `The association ID '${AssociationId}' does not exist`);
    }
    if (present.vpcId !== wanted.vpcId) {
      throw invalidValue(`Network ACL ${wanted.id} and subnet ${subnetId} belong to different networks`);
    }
    forgetSubnet(data, subnetId);
    const id = wanted.isDefault ? defaultAssociation({ id: subnetId }) : newId("aclassoc");
    data.networkAcls[wanted.id]?.associations.push({ id, subnetId });
    await ec2.save();
    await refreshFirewalls(world, "all");
    return { NewAssociationId: id } satisfies ActionOutput<ReplaceNetworkAclAssociationCommandOutput>;
  },
);
