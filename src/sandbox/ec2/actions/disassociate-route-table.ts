import { DisassociateRouteTable$, type DisassociateRouteTableCommandInput } from "@aws-sdk/client-ec2";
import { action, AwsError } from "../../wire/action.ts";
import { invalidValue } from "../errors.ts";
import { refreshFirewalls } from "../firewalls.ts";

export const disassociateRouteTable = action(
  DisassociateRouteTable$,
  async (input: DisassociateRouteTableCommandInput, { world }) => {
    const id = input.AssociationId;
    const tables = Object.values(world.ec2.data.routeTables);
    const table = tables.find(({ associations }) => associations.some((it) => it.id === id));
    const association = table?.associations.find((it) => it.id === id);
    if (!table || !association) {
      throw new AwsError("InvalidAssociationID.NotFound", `The association ID '${id}' does not exist`);
    }
    if (association.subnetId === undefined) {
      throw invalidValue(`cannot disassociate the main route table association ${id}`);
    }
    table.associations = table.associations.filter((it) => it !== association);
    await world.ec2.save();
    await refreshFirewalls(world, "all");
    return {};
  },
);
