import {
  AssociateRouteTable$,
  type AssociateRouteTableCommandInput,
  type AssociateRouteTableCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { invalidValue } from "../errors.ts";
import { getRouteTable, getSubnet } from "../find.ts";
import { refreshFirewalls } from "../firewalls.ts";
import { newId } from "../ids.ts";

export const associateRouteTable = action(
  AssociateRouteTable$,
  async (input: AssociateRouteTableCommandInput, { world }) => {
    const { ec2 } = world;
    const table = getRouteTable(ec2, input.RouteTableId);
    const subnet = getSubnet(ec2, input.SubnetId);
    if (subnet.vpcId !== table.vpcId) {
      throw invalidValue(`Route table ${table.id} and subnet ${subnet.id} belong to different networks`);
    }
    const tables = Object.values(ec2.data.routeTables);
    if (tables.some(({ associations }) => associations.some(({ subnetId }) => subnetId === subnet.id))) {
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `the specified association for route table ${table.id} conflicts with an existing association`,
      );
    }
    const association = { id: newId("rtbassoc"), subnetId: subnet.id };
    table.associations.push(association);
    await ec2.save();
    await refreshFirewalls(world, "all");
    return {
      AssociationId: association.id,
      AssociationState: { State: "associated" },
    } satisfies ActionOutput<AssociateRouteTableCommandOutput>;
  },
);
