import {
  DescribeDBInstances$,
  type DescribeDBInstancesCommandInput,
  type DescribeDBInstancesCommandOutput,
  type Filter,
} from "@aws-sdk/client-rds";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalidValue } from "../errors.ts";
import { getDatabase, keyOf } from "../find.ts";
import { syncWithServers } from "../keep.ts";
import { page } from "../page.ts";
import type { DatabaseRecord } from "../records.ts";
import { databaseShape } from "../shapes.ts";

export const describeDatabases = action(
  DescribeDBInstances$,
  async (
    input: DescribeDBInstancesCommandInput,
    { world },
  ): Promise<ActionOutput<DescribeDBInstancesCommandOutput>> => {
    await syncWithServers(world);
    const { DBInstanceIdentifier: id } = input;
    const all = id ? [getDatabase(world, id)] : Object.values(world.rds.data.databases);
    const found = all.filter((it) => matches(it, input.Filters));
    const { items, Marker } = page(found, ({ arn }) => arn, input);
    return { DBInstances: items.map((it) => databaseShape(world, it)), Marker };
  },
);

/** RDS has no filters by tag. */
function matches(database: DatabaseRecord, filters: readonly Filter[] | undefined): boolean {
  return (filters ?? []).every(({ Name = "", Values = [] }) => {
    switch (Name) {
      case "db-instance-id":
        return Values.some((value) => keyOf(value) === database.id);
      case "dbi-resource-id":
        return Values.includes(database.resourceId);
      case "engine":
        return Values.includes(database.engine);
      case "db-cluster-id":
      case "domain":
        return false;
      default:
        throw invalidValue(`Unrecognized filter name: ${Name}`);
    }
  });
}
