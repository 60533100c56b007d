import type { Address } from "@aws-sdk/client-ec2";
import { Lecture05Error } from "../../errors.ts";
import type { ElasticIp, Network } from "../../ports/network.ts";
import type { Clients } from "../clients.ts";
import { deletion } from "../deletion.ts";
import { ofStack } from "../filters.ts";
import { nameTag, tagList } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";

type Part = Pick<Network, "findElasticIps" | "allocateElasticIp" | "releaseElasticIp">;

export function createElasticIps(clients: Pick<Clients, "ec2">): Part {
  return {
    async findElasticIps(stack) {
      const { DescribeAddressesCommand } = await import("@aws-sdk/client-ec2");
      const client = await clients.ec2();
      // The one list of EC2 that comes in one piece.
      const { Addresses = [] } = await client.send(new DescribeAddressesCommand({ Filters: ofStack(stack) }));
      return Addresses.map(toElasticIp);
    },

    async allocateElasticIp(identity) {
      const { AllocateAddressCommand } = await import("@aws-sdk/client-ec2");
      const client = await clients.ec2();
      const TagSpecifications = [{ ResourceType: "elastic-ip" as const, Tags: tagList(identity) }];
      try {
        const made = await client.send(new AllocateAddressCommand({ Domain: "vpc", TagSpecifications }));
        return { id: made.AllocationId ?? "", name: identity.name, publicIp: made.PublicIp ?? "" };
      } catch (error) {
        if (!isAwsError(error, "AddressLimitExceeded")) throw error;
        throw limitReached(error);
      }
    },

    async releaseElasticIp(id) {
      const { ReleaseAddressCommand } = await import("@aws-sdk/client-ec2");
      const client = await clients.ec2();
      return deletion(
        () => client.send(new ReleaseAddressCommand({ AllocationId: id })),
        "InvalidAllocationID.NotFound",
      );
    },
  };
}

function toElasticIp({ AllocationId: id = "", PublicIp: publicIp = "", NetworkInterfaceId, Tags }: Address): ElasticIp {
  const name = Tags?.find(({ Key }) => Key === nameTag)?.Value ?? "";
  return { id, name, publicIp, ...(NetworkInterfaceId ? { interfaceId: NetworkInterfaceId } : {}) };
}

const limitReached = (cause: unknown): Lecture05Error =>
  new Lecture05Error("ADDRESS_LIMIT", {
    what: { en: "No further Elastic IP can be had", ja: "Elastic IP をこれ以上確保できません" },
    why: {
      en: "The account has as many as its quota allows in this region (5, unless more were asked for); a network load balancer needs one for each zone",
      ja: "このリージョンの Elastic IP が上限 (既定は 5 個) に達しています。NLB には AZ ごとに 1 個必要です",
    },
    next: [
      "aws ec2 describe-addresses --query 'Addresses[?AssociationId==null]'",
      {
        en: "Release what nobody uses, or ask for more in Service Quotas (EC2-VPC Elastic IPs)",
        ja: "使っていないものを解放するか、Service Quotas (EC2-VPC Elastic IPs) で引き上げを申請してください",
      },
    ],
    cause,
  });
