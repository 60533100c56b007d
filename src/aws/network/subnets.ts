import type { NetworkInterface as Described } from "@aws-sdk/client-ec2";
import type { Network, NetworkInterface, Subnet } from "../../ports/network.ts";
import type { Clients } from "../clients.ts";
import { createOnce } from "../create-once.ts";
import { deletion } from "../deletion.ts";
import { collectPages, nameOf, ofStack } from "../filters.ts";
import { tagList } from "../tags.ts";
import type { AdapterOptions } from "../wait.ts";

type Part = Pick<Network, "findSubnets" | "createSubnet" | "deleteSubnet" | "findNetworkInterfaces">;

export function createSubnets(clients: Clients, options: AdapterOptions): Part {
  async function findSubnets(stack: string): Promise<Subnet[]> {
    const { paginateDescribeSubnets } = await import("@aws-sdk/client-ec2");
    const pages = paginateDescribeSubnets({ client: await clients.ec2() }, { Filters: ofStack(stack) });
    const subnets = await collectPages(pages, (page) => page.Subnets);
    return subnets.map((subnet) => ({
      id: subnet.SubnetId ?? "",
      name: nameOf(subnet),
      vpcId: subnet.VpcId ?? "",
      cidr: subnet.CidrBlock ?? "",
      availabilityZone: subnet.AvailabilityZone ?? "",
    }));
  }

  return {
    findSubnets,

    async createSubnet(identity, { vpcId, cidr, availabilityZone }) {
      const { CreateSubnetCommand } = await import("@aws-sdk/client-ec2");
      const command = new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: cidr,
        AvailabilityZone: availabilityZone,
        TagSpecifications: [{ ResourceType: "subnet", Tags: tagList(identity) }],
      });
      const ec2 = await clients.ec2();
      const { stack, name } = identity;
      const send = async (): Promise<Subnet> => {
        const { Subnet: made } = await ec2.send(command);
        return { id: made?.SubnetId ?? "", name, vpcId, cidr, availabilityZone };
      };
      const find = async (): Promise<Subnet | undefined> =>
        (await findSubnets(stack)).find((it) => it.vpcId === vpcId && it.name === name);
      return createOnce(options, { command, send, find, taken: "InvalidSubnet.Conflict" });
    },

    async deleteSubnet(subnetId) {
      const { DeleteSubnetCommand } = await import("@aws-sdk/client-ec2");
      return deletion(
        async () => (await clients.ec2()).send(new DeleteSubnetCommand({ SubnetId: subnetId })),
        "InvalidSubnetID.NotFound",
      );
    },

    async findNetworkInterfaces(vpcId) {
      const { paginateDescribeNetworkInterfaces } = await import("@aws-sdk/client-ec2");
      const pages = paginateDescribeNetworkInterfaces(
        { client: await clients.ec2() },
        { Filters: [{ Name: "vpc-id", Values: [vpcId] }] },
      );
      const interfaces = await collectPages(pages, (page) => page.NetworkInterfaces);
      return interfaces.map(toNetworkInterface);
    },
  };
}

function toNetworkInterface(it: Described): NetworkInterface {
  return {
    id: it.NetworkInterfaceId ?? "",
    description: it.Description ?? "",
    privateIp: it.PrivateIpAddress ?? "",
    status: it.Status ?? "",
    subnetId: it.SubnetId ?? "",
    groupIds: (it.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    ...(it.Attachment?.InstanceId ? { instanceId: it.Attachment.InstanceId } : {}),
  };
}
