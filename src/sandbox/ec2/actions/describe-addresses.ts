import {
  DescribeAddresses$,
  type DescribeAddressesCommandInput,
  type DescribeAddressesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import { userOf } from "../elastic-ips.ts";
import { filterItems, type FilterFields } from "../filter.ts";
import { getElasticIp } from "../find.ts";
import type { Ec2Data, ElasticIpRecord } from "../records.ts";
import { tagSet, tagsOf } from "../tags.ts";

const fieldsOf = (data: Ec2Data): FilterFields<ElasticIpRecord> => ({
  "allocation-id": ({ id }) => id,
  "association-id": ({ associationId }) => associationId,
  "instance-id": (address) => userOf(data, address)?.instanceId,
  "network-interface-id": (address) => userOf(data, address)?.id,
  "network-interface-owner-id": (address) => (userOf(data, address) ? sandboxAccount : undefined),
  "private-ip-address": (address) => userOf(data, address)?.privateIp,
  "public-ip": ({ publicIp }) => publicIp,
});

export const describeAddresses = action(
  DescribeAddresses$,
  (input: DescribeAddressesCommandInput, { world: { ec2 }, region }) => {
    const { data } = ec2;
    const all = Object.values(data.elasticIps);
    for (const wanted of input.PublicIps ?? []) {
      if (all.some(({ publicIp }) => publicIp === wanted)) continue;
      throw new AwsError("InvalidAddress.NotFound", `Address '${wanted}' not found.`);
    }
    const ids = (input.AllocationIds ?? []).map((id) => getElasticIp(ec2, id).id);
    const named = all.filter(
      ({ id, publicIp }) =>
        (ids.length === 0 || ids.includes(id)) && (!input.PublicIps?.length || input.PublicIps.includes(publicIp)),
    );
    const found = filterItems(named, input.Filters, fieldsOf(data), ({ id }) => tagsOf(data, id));
    return {
      Addresses: found.map((address) => shapeOf(data, address, region)),
    } satisfies ActionOutput<DescribeAddressesCommandOutput>;
  },
);

function shapeOf(data: Ec2Data, address: ElasticIpRecord, region: string) {
  const user = userOf(data, address);
  return {
    AllocationId: address.id,
    PublicIp: address.publicIp,
    Domain: "vpc" as const,
    PublicIpv4Pool: "amazon",
    NetworkBorderGroup: region,
    ...(user
      ? {
          AssociationId: address.associationId,
          NetworkInterfaceId: user.id,
          NetworkInterfaceOwnerId: sandboxAccount,
          PrivateIpAddress: user.privateIp,
          ...(user.instanceId === undefined ? {} : { InstanceId: user.instanceId }),
        }
      : {}),
    Tags: tagSet(data, address.id),
  };
}
