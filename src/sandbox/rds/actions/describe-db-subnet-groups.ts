import {
  DescribeDBSubnetGroups$,
  type DescribeDBSubnetGroupsCommandInput,
  type DescribeDBSubnetGroupsCommandOutput,
} from "@aws-sdk/client-rds";
import { action, type ActionOutput } from "../../wire/action.ts";
import { getSubnetGroup } from "../find.ts";
import { page } from "../page.ts";
import { subnetGroupShape } from "../shapes.ts";

export const describeSubnetGroups = action(
  DescribeDBSubnetGroups$,
  (input: DescribeDBSubnetGroupsCommandInput, { world }): ActionOutput<DescribeDBSubnetGroupsCommandOutput> => {
    const { DBSubnetGroupName: name } = input;
    const found = name ? [getSubnetGroup(world, name)] : Object.values(world.rds.data.subnetGroups);
    const { items, Marker } = page(found, ({ arn }) => arn, input);
    return { DBSubnetGroups: items.map(subnetGroupShape), Marker };
  },
);
