import {
  DescribeNetworkInterfaces$,
  type DescribeNetworkInterfacesCommandInput,
  type DescribeNetworkInterfacesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import type { FilterFields } from "../filter.ts";
import { kinds } from "../find.ts";
import { networkInterfaceShape } from "../instance-shape.ts";
import { publicIpOf } from "../public-address.ts";
import type { Ec2Data, NetworkInterfaceRecord } from "../records.ts";
import { selectPage } from "../select.ts";

const fieldsOf = (data: Ec2Data): FilterFields<NetworkInterfaceRecord> => ({
  "addresses.private-ip-address": (it) => it.privateIp,
  "addresses.association.public-ip": (it) => publicIpOf(data, it),
  "association.public-ip": (it) => publicIpOf(data, it),
  "attachment.attachment-id": (it) => it.attachmentId,
  "attachment.delete-on-termination": (it) => it.deleteOnTermination,
  "attachment.instance-id": (it) => it.instanceId,
  "attachment.instance-owner-id": (it) => it.requesterId ?? sandboxAccount,
  "attachment.status": () => "attached",
  "availability-zone": (it) => it.availabilityZone,
  description: (it) => it.description,
  "group-id": (it) => it.groupIds,
  "group-name": (it) => it.groupIds.map((id) => data.securityGroups[id]?.name),
  "interface-type": () => "interface",
  "mac-address": (it) => it.mac,
  "network-interface-id": (it) => it.id,
  "owner-id": () => sandboxAccount,
  "private-ip-address": (it) => it.privateIp,
  "requester-id": (it) => it.requesterId,
  "requester-managed": (it) => it.requesterId !== undefined,
  "source-dest-check": () => true,
  status: () => "in-use",
  "subnet-id": (it) => it.subnetId,
  "vpc-id": (it) => it.vpcId,
});

export const describeNetworkInterfaces = action(
  DescribeNetworkInterfaces$,
  (input: DescribeNetworkInterfacesCommandInput, { world: { ec2 } }) => {
    const { items, NextToken } = selectPage(ec2, input, {
      records: ec2.data.networkInterfaces,
      kind: kinds.networkInterface,
      ids: input.NetworkInterfaceIds,
      fields: fieldsOf(ec2.data),
    });
    return {
      NetworkInterfaces: items.map((it) => networkInterfaceShape(ec2.data, it)),
      NextToken,
    } satisfies ActionOutput<DescribeNetworkInterfacesCommandOutput>;
  },
);
