import { randomBytes } from "node:crypto";
import type { World } from "../world.ts";
import type { DatabaseRecord, DatabaseSnapshotRecord } from "./records.ts";

/** The record of a snapshot that is to be taken when the database's turn comes. */
export function newSnapshot(
  { account, now }: World,
  database: DatabaseRecord,
  { id, type }: { readonly id: string; readonly type: DatabaseSnapshotRecord["type"] },
): DatabaseSnapshotRecord {
  const {
    engine,
    engineVersion,
    class: instanceClass,
    storageGib,
    storageType,
    iops,
    throughput,
    encrypted,
  } = database;
  const { kmsKeyId, masterUsername, passwordHash, databaseName, port, vpcId, createdAt, backupRetentionDays } =
    database;
  return {
    arn: `arn:aws:rds:${database.region}:${account}:snapshot:${id}`,
    id,
    storageId: randomBytes(8).toString("hex"),
    type,
    databaseId: database.id,
    resourceId: database.resourceId,
    status: "creating",
    requestedAt: now().toISOString(),
    database: {
      engine,
      engineVersion,
      class: instanceClass,
      storageGib,
      storageType,
      iops,
      throughput,
      encrypted,
      kmsKeyId,
      masterUsername,
      passwordHash,
      databaseName,
      port,
      vpcId,
      createdAt,
      backupRetentionDays,
      zone: database.feet[0]?.zone ?? "",
    },
  };
}

/** Takes those of a database that are on record as being made. One that cannot be taken has failed; on AWS, too. */
export async function takeSnapshots(world: World, { resourceId }: DatabaseRecord): Promise<void> {
  const { rds, runtime } = world;
  const waiting = Object.values(rds.data.snapshots).filter(
    (it) => it.resourceId === resourceId && it.status === "creating",
  );
  for (const snapshot of waiting) {
    const outcome = await runtime.databases.saveSnapshot(resourceId, snapshot.storageId).then(
      () => "available" as const,
      (error: unknown) => {
        world.log({ level: "error", event: "database-snapshot", snapshot: snapshot.id, error: String(error) });
        return "failed" as const;
      },
    );
    const takenAt = world.now().toISOString();
    await rds.note(() => Object.assign(snapshot, { status: outcome, takenAt }));
  }
}

export function automatedSnapshotsOf({ rds }: World, resourceId: string): DatabaseSnapshotRecord[] {
  return Object.values(rds.data.snapshots).filter((it) => it.resourceId === resourceId && it.type === "automated");
}

/** rds:orders-2026-01-01-00-00 */
export function automatedSnapshotId(databaseId: string, at: Date): string {
  return `rds:${databaseId}-${at.toISOString().slice(0, 16).replace(/[T:]/g, "-")}`;
}

/** The storage first: a record without it would be a snapshot that cannot be restored. */
export async function removeSnapshots(world: World, snapshots: readonly DatabaseSnapshotRecord[]): Promise<void> {
  const { rds, runtime } = world;
  for (const { id, arn, storageId } of snapshots) {
    await runtime.databases.removeSnapshot(storageId);
    await rds.note(() => {
      delete rds.data.snapshots[id];
      delete rds.data.tags[arn];
    });
  }
}
