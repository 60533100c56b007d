import type { Network } from "../../ports/network.ts";
import type { Clients } from "../clients.ts";
import { deletion, tolerate } from "../deletion.ts";
import { collectPages, ofStack } from "../filters.ts";
import { tagList } from "../tags.ts";

type Part = Pick<Network, "findSubnetAcls" | "findClosingAcls" | "createClosingAcl" | "replaceSubnetAcl" | "deleteAcl">;

export function createAcls(clients: Pick<Clients, "ec2">): Part {
  async function describe(Filters: { Name: string; Values: string[] }[]) {
    const { paginateDescribeNetworkAcls } = await import("@aws-sdk/client-ec2");
    const pages = paginateDescribeNetworkAcls({ client: await clients.ec2() }, { Filters });
    return collectPages(pages, (page) => page.NetworkAcls);
  }

  return {
    async findSubnetAcls(subnetIds) {
      // What comes are whole ACLs, with their other subnets.
      const acls = await describe([{ Name: "association.subnet-id", Values: [...subnetIds] }]);
      return acls
        .flatMap(({ Associations }) => Associations ?? [])
        .map(({ SubnetId = "", NetworkAclId = "", NetworkAclAssociationId = "" }) => ({
          subnetId: SubnetId,
          aclId: NetworkAclId,
          associationId: NetworkAclAssociationId,
        }))
        .filter(({ subnetId }) => subnetIds.includes(subnetId));
    },

    async findClosingAcls(stack) {
      const acls = await describe(ofStack(stack));
      return acls.filter(({ IsDefault }) => !IsDefault).map(({ NetworkAclId = "" }) => NetworkAclId);
    },

    async createClosingAcl(identity, vpcId) {
      const { CreateNetworkAclCommand } = await import("@aws-sdk/client-ec2");
      const TagSpecifications = [{ ResourceType: "network-acl" as const, Tags: tagList(identity) }];
      const command = new CreateNetworkAclCommand({ VpcId: vpcId, TagSpecifications });
      return (await (await clients.ec2()).send(command)).NetworkAcl?.NetworkAclId ?? "";
    },

    async replaceSubnetAcl(associationId, aclId) {
      const { ReplaceNetworkAclAssociationCommand } = await import("@aws-sdk/client-ec2");
      const request = { AssociationId: associationId, NetworkAclId: aclId };
      // A subnet that is gone has none, and one that was replaced meanwhile has another.
      await tolerate(
        async () => (await clients.ec2()).send(new ReplaceNetworkAclAssociationCommand(request)),
        "InvalidAssociationID.NotFound",
      );
    },

    async deleteAcl(aclId) {
      const { DeleteNetworkAclCommand } = await import("@aws-sdk/client-ec2");
      return deletion(
        async () => (await clients.ec2()).send(new DeleteNetworkAclCommand({ NetworkAclId: aclId })),
        "InvalidNetworkAclID.NotFound",
      );
    },
  };
}
