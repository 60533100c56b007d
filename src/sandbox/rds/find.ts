import type { World } from "../world.ts";
import { blank, databaseNotFound, snapshotNotFound, subnetGroupNotFound } from "./errors.ts";
import type { DatabaseRecord, DatabaseSnapshotRecord, SubnetGroupRecord } from "./records.ts";

const pick = <T>(records: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(records, key) ? records[key] : undefined;

/** Names are not case-sensitive: RDS keeps them in small letters. An ARN does, too. */
export const keyOf = (nameOrArn: string): string =>
  (nameOrArn.split(/^arn:aws:rds:[^:]*:\d*:(?:db|snapshot):/)[1] ?? nameOrArn).toLowerCase();

export function getDatabase({ rds }: World, id: string | undefined): DatabaseRecord {
  if (!id) throw blank("DBInstanceIdentifier");
  const found = pick(rds.data.databases, keyOf(id));
  if (!found) throw databaseNotFound(keyOf(id));
  return found;
}

export function getSubnetGroup({ rds }: World, name: string | undefined): SubnetGroupRecord {
  if (!name) throw blank("DBSubnetGroupName");
  const found = pick(rds.data.subnetGroups, name.toLowerCase());
  if (!found) throw subnetGroupNotFound(name.toLowerCase());
  return found;
}

export function getSnapshot({ rds }: World, id: string | undefined): DatabaseSnapshotRecord {
  if (!id) throw blank("DBSnapshotIdentifier");
  const found = pick(rds.data.snapshots, keyOf(id));
  if (!found) throw snapshotNotFound(keyOf(id));
  return found;
}

/** The same database, if it is still there and no other one has its name by now. */
export function findByResourceId({ rds }: World, resourceId: string): DatabaseRecord | undefined {
  return Object.values(rds.data.databases).find((it) => it.resourceId === resourceId);
}
