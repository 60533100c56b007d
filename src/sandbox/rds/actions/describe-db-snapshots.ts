import {
  DescribeDBSnapshots$,
  type DescribeDBSnapshotsCommandInput,
  type DescribeDBSnapshotsCommandOutput,
} from "@aws-sdk/client-rds";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalidValue } from "../errors.ts";
import { getSnapshot, keyOf } from "../find.ts";
import { page } from "../page.ts";
import type { DatabaseSnapshotRecord } from "../records.ts";
import { snapshotShape } from "../shapes.ts";

type Input = DescribeDBSnapshotsCommandInput;

export const describeSnapshots = action(
  DescribeDBSnapshots$,
  (input: Input, { world }): ActionOutput<DescribeDBSnapshotsCommandOutput> => {
    const { DBSnapshotIdentifier: id } = input;
    const all = id ? [getSnapshot(world, id)] : Object.values(world.rds.data.snapshots);
    const { items, Marker } = page(
      all.filter((it) => matches(it, input)),
      ({ arn }) => arn,
      input,
    );
    return { DBSnapshots: items.map((it) => snapshotShape(world, it)), Marker };
  },
);

function matches(snapshot: DatabaseSnapshotRecord, input: Input): boolean {
  const { DBInstanceIdentifier: databaseId, SnapshotType: type, DbiResourceId: resourceId } = input;
  return (
    (databaseId === undefined || snapshot.databaseId === keyOf(databaseId)) &&
    (resourceId === undefined || snapshot.resourceId === resourceId) &&
    (type === undefined || snapshot.type === type) &&
    (input.Filters ?? []).every(({ Name = "", Values = [] }) => {
      const value = valueOf(snapshot, Name);
      return Values.some((wanted) => value === wanted || value === keyOf(wanted));
    })
  );
}

/** RDS has no filters by tag. */
function valueOf(snapshot: DatabaseSnapshotRecord, filter: string): string {
  switch (filter) {
    case "db-instance-id":
      return snapshot.databaseId;
    case "db-snapshot-id":
      return snapshot.id;
    case "dbi-resource-id":
      return snapshot.resourceId;
    case "snapshot-type":
      return snapshot.type;
    case "engine":
      return snapshot.database.engine;
    default:
      throw invalidValue(`Unrecognized filter name: ${filter}`);
  }
}
