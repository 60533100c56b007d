import type { IpPermission } from "@aws-sdk/client-ec2";
import type { IngressRule, Network, SecurityGroup } from "../../ports/network.ts";
import type { Clients } from "../clients.ts";
import { createOnce } from "../create-once.ts";
import { deletion, tolerate } from "../deletion.ts";
import { collectPages, nameOf, ofStack } from "../filters.ts";
import { tagList } from "../tags.ts";
import type { AdapterOptions } from "../wait.ts";

type Part = Pick<
  Network,
  "findSecurityGroups" | "createSecurityGroup" | "authorizeIngress" | "revokeIngress" | "deleteSecurityGroup"
>;

export function createGroups(clients: Clients, options: AdapterOptions): Part {
  async function findSecurityGroups(stack: string): Promise<SecurityGroup[]> {
    const { paginateDescribeSecurityGroups } = await import("@aws-sdk/client-ec2");
    const pages = paginateDescribeSecurityGroups({ client: await clients.ec2() }, { Filters: ofStack(stack) });
    const groups = await collectPages(pages, (page) => page.SecurityGroups);
    return groups.map((group) => ({
      id: group.GroupId ?? "",
      name: nameOf(group),
      vpcId: group.VpcId ?? "",
      ingress: (group.IpPermissions ?? []).flatMap(rulesOf),
    }));
  }

  return {
    findSecurityGroups,

    async createSecurityGroup(identity, vpcId, description) {
      const { CreateSecurityGroupCommand } = await import("@aws-sdk/client-ec2");
      const { stack, name } = identity;
      const command = new CreateSecurityGroupCommand({
        GroupName: `${stack}-${name}`,
        Description: description,
        VpcId: vpcId,
        TagSpecifications: [{ ResourceType: "security-group", Tags: tagList(identity) }],
      });
      const ec2 = await clients.ec2();
      const send = async (): Promise<SecurityGroup> => {
        const { GroupId = "" } = await ec2.send(command);
        return { id: GroupId, name, vpcId, ingress: [] };
      };
      const find = async (): Promise<SecurityGroup | undefined> =>
        (await findSecurityGroups(stack)).find((group) => group.name === name);
      return createOnce(options, { command, send, find, taken: "InvalidGroup.Duplicate" });
    },

    async authorizeIngress(groupId, rule) {
      const { AuthorizeSecurityGroupIngressCommand } = await import("@aws-sdk/client-ec2");
      const request = { GroupId: groupId, IpPermissions: [permissionOf(rule)] };
      await tolerate(
        async () => (await clients.ec2()).send(new AuthorizeSecurityGroupIngressCommand(request)),
        "InvalidPermission.Duplicate",
      );
    },

    async revokeIngress(groupId, rule) {
      const { RevokeSecurityGroupIngressCommand } = await import("@aws-sdk/client-ec2");
      const request = { GroupId: groupId, IpPermissions: [permissionOf(rule)] };
      await tolerate(
        async () => (await clients.ec2()).send(new RevokeSecurityGroupIngressCommand(request)),
        "InvalidPermission.NotFound",
        // The rules of a group go with it.
        "InvalidGroup.NotFound",
      );
    },

    async deleteSecurityGroup(groupId) {
      const { DeleteSecurityGroupCommand } = await import("@aws-sdk/client-ec2");
      return deletion(
        async () => (await clients.ec2()).send(new DeleteSecurityGroupCommand({ GroupId: groupId })),
        "InvalidGroup.NotFound",
      );
    },
  };
}

/** AWS groups sources under one permission; a rule of ours has one source. */
function rulesOf(permission: IpPermission): IngressRule[] {
  const base = {
    protocol: permission.IpProtocol ?? "-1",
    // Absent for "all traffic".
    fromPort: permission.FromPort ?? 0,
    toPort: permission.ToPort ?? 65_535,
  };
  const sources: IngressRule["source"][] = [
    ...(permission.IpRanges ?? []).map(({ CidrIp = "" }) => ({ cidr: CidrIp })),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 = "" }) => ({ cidr: CidrIpv6 })),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId = "" }) => ({ groupId: GroupId })),
  ];
  return sources.map((source) => Object.assign({ source }, base));
}

function permissionOf({ protocol, fromPort, toPort, source, description }: IngressRule): IpPermission {
  const words = description ? { Description: description } : {};
  const ports = protocol === "-1" ? {} : { FromPort: fromPort, ToPort: toPort };
  const base = { IpProtocol: protocol, ...ports };
  if ("groupId" in source) return { ...base, UserIdGroupPairs: [{ GroupId: source.groupId, ...words }] };
  if (source.cidr.includes(":")) return { ...base, Ipv6Ranges: [{ CidrIpv6: source.cidr, ...words }] };
  return { ...base, IpRanges: [{ CidrIp: source.cidr, ...words }] };
}
