import { DeleteRouteTable$, type DeleteRouteTableCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { hasDependencies } from "../errors.ts";
import { getRouteTable } from "../find.ts";
import { forgetTags } from "../tags.ts";

export const deleteRouteTable = action(
  DeleteRouteTable$,
  async (input: DeleteRouteTableCommandInput, { world: { ec2 } }) => {
    const table = getRouteTable(ec2, input.RouteTableId);
    // The main one counts as associated with its VPC.
    if (table.associations.length > 0) throw hasDependencies("routeTable", table.id);
    delete ec2.data.routeTables[table.id];
    forgetTags(ec2.data, table.id);
    await ec2.save();
    return {};
  },
);
