import {
  CreateRouteTable$,
  type CreateRouteTableCommandInput,
  type CreateRouteTableCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { idsOfToken, rememberToken } from "../client-tokens.ts";
import { getRouteTable, getVpc } from "../find.ts";
import { newId } from "../ids.ts";
import type { RouteTableRecord } from "../records.ts";
import { routeTableShape } from "../shapes.ts";
import { putTags, tagsFor } from "../tags.ts";

export const createRouteTable = action(
  CreateRouteTable$,
  async (input: CreateRouteTableCommandInput, { world: { ec2 } }) => {
    const { data } = ec2;
    const answer = (table: RouteTableRecord) =>
      ({
        RouteTable: routeTableShape(data, table),
        ClientToken: input.ClientToken,
      }) satisfies ActionOutput<CreateRouteTableCommandOutput>;
    const [known] = idsOfToken(data, "CreateRouteTable", input, (id) => id in data.routeTables) ?? [];
    if (known !== undefined) {
      await ec2.settled();
      return answer(getRouteTable(ec2, known));
    }
    const vpc = getVpc(ec2, input.VpcId);
    const tags = tagsFor(input.TagSpecifications, "route-table");
    const table: RouteTableRecord = { id: newId("rtb"), vpcId: vpc.id, routes: [], associations: [] };
    data.routeTables[table.id] = table;
    putTags(data, table.id, tags);
    rememberToken(data, "CreateRouteTable", input, [table.id]);
    await ec2.save();
    return answer(table);
  },
);
