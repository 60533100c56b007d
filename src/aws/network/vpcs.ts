import type { Network, Vpc } from "../../ports/network.ts";
import { Lecture05Error } from "../../errors.ts";
import type { Clients } from "../clients.ts";
import { createOnce } from "../create-once.ts";
import { deletion } from "../deletion.ts";
import { collectPages, ofStack, tagsAsRecord } from "../filters.ts";
import { stackTag, tagList } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";
import type { AdapterOptions } from "../wait.ts";
import { untranslated } from "../../text.ts";

type Part = Pick<
  Network,
  | "availabilityZones"
  | "usedRanges"
  | "findStacks"
  | "findVpc"
  | "findVpcs"
  | "createVpc"
  | "enableDnsHostnames"
  | "deleteVpc"
>;

export const vpcAttributes = { EnableDnsHostnames: { Value: true } } as const;

export function createVpcs(clients: Clients, options: AdapterOptions): Part {
  async function findVpcs(stack: string): Promise<Vpc[]> {
    const { paginateDescribeVpcs } = await import("@aws-sdk/client-ec2");
    const pages = paginateDescribeVpcs({ client: await clients.ec2() }, { Filters: ofStack(stack) });
    const vpcs = await collectPages(pages, (page) => page.Vpcs);
    return vpcs.map(({ VpcId = "", CidrBlock = "" }) => ({ id: VpcId, cidr: CidrBlock }));
  }

  return {
    async availabilityZones() {
      const { DescribeAvailabilityZonesCommand } = await import("@aws-sdk/client-ec2");
      const filters = [
        { Name: "state", Values: ["available"] },
        // Local and Wavelength Zones have neither every instance type nor load balancers.
        { Name: "zone-type", Values: ["availability-zone"] },
      ];
      const answer = await (await clients.ec2()).send(new DescribeAvailabilityZonesCommand({ Filters: filters }));
      return (answer.AvailabilityZones ?? []).flatMap(({ ZoneName }) => ZoneName ?? []).toSorted();
    },

    async usedRanges() {
      const { paginateDescribeVpcs } = await import("@aws-sdk/client-ec2");
      const vpcs = await collectPages(paginateDescribeVpcs({ client: await clients.ec2() }, {}), (page) => page.Vpcs);
      return vpcs.flatMap(
        (vpc) => vpc.CidrBlockAssociationSet?.flatMap(({ CidrBlock }) => CidrBlock ?? []) ?? vpc.CidrBlock ?? [],
      );
    },

    findVpcs,
    findVpc: async (stack) => (await findVpcs(stack))[0],
    async findStacks() {
      const { paginateDescribeVpcs } = await import("@aws-sdk/client-ec2");
      const filters = [{ Name: "tag-key", Values: [stackTag] }];
      const pages = paginateDescribeVpcs({ client: await clients.ec2() }, { Filters: filters });
      const vpcs = await collectPages(pages, (page) => page.Vpcs);
      return [...new Set(vpcs.flatMap((vpc) => tagsAsRecord(vpc)[stackTag] ?? []))].toSorted();
    },

    async createVpc(identity, cidr) {
      const { CreateVpcCommand } = await import("@aws-sdk/client-ec2");
      const command = new CreateVpcCommand({
        CidrBlock: cidr,
        TagSpecifications: [{ ResourceType: "vpc", Tags: tagList(identity) }],
      });
      const ec2 = await clients.ec2();
      const send = async (): Promise<Vpc> => ({ id: (await ec2.send(command)).Vpc?.VpcId ?? "", cidr });
      try {
        return await createOnce(options, { command, send, find: async () => (await findVpcs(identity.stack))[0] });
      } catch (error) {
        if (!isAwsError(error, "InvalidVpc.Range")) throw error;
        const why = (error as Error).message;
        throw new Lecture05Error("VPC_RANGE_EXHAUSTED", {
          what: { en: `The range ${cidr} cannot be used`, ja: `アドレス範囲 ${cidr} は使用できません` },
          why: untranslated(why),
          cause: error,
        });
      }
    },

    async enableDnsHostnames(vpcId) {
      const { DescribeVpcAttributeCommand, ModifyVpcAttributeCommand } = await import("@aws-sdk/client-ec2");
      const ec2 = await clients.ec2();
      const present = await ec2.send(
        new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: "enableDnsHostnames" }),
      );
      if (present.EnableDnsHostnames?.Value) return;
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, ...vpcAttributes }));
    },

    async deleteVpc(vpcId) {
      const { DeleteVpcCommand } = await import("@aws-sdk/client-ec2");
      return deletion(
        async () => (await clients.ec2()).send(new DeleteVpcCommand({ VpcId: vpcId })),
        "InvalidVpcID.NotFound",
      );
    },
  };
}
