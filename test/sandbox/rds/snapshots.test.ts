import {
  AddTagsToResourceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
  ListTagsForResourceCommand,
  RemoveTagsFromResourceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  StopDBInstanceCommand,
  type DBSnapshot,
} from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { Rds } from "./support.ts";

const orders = { DBInstanceIdentifier: "orders" };
const DBSnapshotIdentifier = "before-the-change";

async function snapshots({ rds }: Rds, SnapshotType = "manual"): Promise<DBSnapshot[]> {
  return (await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType }))).DBSnapshots ?? [];
}

describe("a snapshot", () => {
  it("is taken while the database is backing-up, and carries its tags when it is to", async () => {
    const sandbox = await Rds.start();
    await sandbox.create({ CopyTagsToSnapshot: true, Tags: [{ Key: "stack", Value: "lecture05" }] });
    await sandbox.quiet();
    const request = { ...orders, DBSnapshotIdentifier, Tags: [{ Key: "own", Value: "1" }] };
    const { DBSnapshot: made } = await sandbox.rds.send(new CreateDBSnapshotCommand(request));
    expect(made).toMatchObject({ Status: "creating", PercentProgress: 0, SnapshotType: "manual" });
    await expect(sandbox.rds.send(new CreateDBSnapshotCommand(request))).rejects.toMatchObject({
      name: "DBSnapshotAlreadyExistsFault",
    });
    expect((await sandbox.describe()).DBInstanceStatus).toBe("available");
    const TagList = [
      { Key: "stack", Value: "lecture05" },
      { Key: "own", Value: "1" },
    ];
    expect(await snapshots(sandbox)).toMatchObject([
      { DBSnapshotIdentifier, Status: "available", SnapshotCreateTime: expect.any(Date), TagList },
    ]);
  });

  it("outlives its database and makes another one: with its contents, its user and password, its size", async () => {
    const sandbox = await Rds.start();
    const { DbiResourceId: first = "" } = await sandbox.create({ AllocatedStorage: 30, StorageEncrypted: true });
    await sandbox.quiet();
    const server = await sandbox.server();
    await sandbox.rds.send(new DeleteDBInstanceCommand({ ...orders, FinalDBSnapshotIdentifier: "last" }));
    await sandbox.quiet();
    // Of what was written last: the server has ended before.
    const calls = sandbox.sandbox.runtime.calls;
    expect(calls.lastIndexOf(`databases.end ${first}`)).toBeLessThan(
      calls.lastIndexOf(`databases.saveSnapshot ${first}`),
    );
    expect(await snapshots(sandbox)).toMatchObject([{ DBSnapshotIdentifier: "last", Status: "available" }]);
    const [storage = ""] = sandbox.databases.snapshots.keys();
    expect([...sandbox.databases.snapshots]).toEqual([[storage, { from: first }]]);

    const input = {
      DBSnapshotIdentifier: "last",
      DBInstanceIdentifier: "again",
      DBSubnetGroupName: "private",
      VpcSecurityGroupIds: [sandbox.groupId],
    };
    let start = (): void => {};
    sandbox.databases.launchesFrom = new Promise((resolve) => (start = resolve));
    const { DBInstance } = await sandbox.rds.send(new RestoreDBInstanceFromDBSnapshotCommand(input));
    expect(DBInstance).toMatchObject({ DBInstanceStatus: "creating", AllocatedStorage: 30, StorageEncrypted: true });
    const deletion = new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: "last" });
    await expect(sandbox.rds.send(deletion)).rejects.toMatchObject({ name: "InvalidDBSnapshotStateFault" });
    start();
    const found = await sandbox.describe("again");
    expect(found).toMatchObject({ DBInstanceStatus: "available", MasterUsername: "admin", DBName: "orders" });
    expect(sandbox.databases.storages.get(found.DbiResourceId ?? "")).toEqual({ from: storage });
    expect((await sandbox.server("again"))?.first).toEqual(server?.first);
  });

  it("is not taken of a database that is not available, and not left behind when it is deleted", async () => {
    const sandbox = await Rds.start();
    await sandbox.create({ BackupRetentionPeriod: 0 });
    await sandbox.quiet();
    await sandbox.rds.send(new StopDBInstanceCommand({ ...orders, DBSnapshotIdentifier }));
    await sandbox.quiet();
    const refused = sandbox.rds.send(new CreateDBSnapshotCommand({ ...orders, DBSnapshotIdentifier: "other" }));
    await expect(refused).rejects.toMatchObject({ name: "InvalidDBInstanceStateFault" });
    expect(sandbox.databases.snapshots.size).toBe(1);
    const { DBSnapshot } = await sandbox.rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier }));
    expect(DBSnapshot?.Status).toBe("deleted");
    expect([sandbox.databases.snapshots.size, (await snapshots(sandbox)).length]).toEqual([0, 0]);
    await expect(sandbox.rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier }))).rejects.toMatchObject({
      name: "DBSnapshotNotFoundFault",
    });
  });

  it("whose storage could not be removed is removed at the daemon's next start", async () => {
    const sandbox = await Rds.start();
    await sandbox.create({ BackupRetentionPeriod: 0 });
    await sandbox.quiet();
    await sandbox.rds.send(new CreateDBSnapshotCommand({ ...orders, DBSnapshotIdentifier }));
    await sandbox.quiet();
    sandbox.sandbox.runtime.failNext.set("databases.removeSnapshot", new Error("in use"));
    await sandbox.rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier }));
    expect(sandbox.databases.snapshots.size).toBe(1);
    const again = await sandbox.restart();
    expect([again.databases.snapshots.size, (await snapshots(again)).length]).toEqual([0, 0]);
  });

  it("that is an automated one goes with its database alone", async () => {
    const sandbox = await Rds.start();
    await sandbox.create();
    await sandbox.quiet();
    const [automated] = await snapshots(sandbox, "automated");
    const deletion = new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: automated?.DBSnapshotIdentifier });
    await expect(sandbox.rds.send(deletion)).rejects.toMatchObject({ name: "InvalidDBSnapshotStateFault" });
  });

  it("that could not be taken has failed, and its database goes on", async () => {
    const sandbox = await Rds.start();
    await sandbox.create({ BackupRetentionPeriod: 0 });
    await sandbox.quiet();
    sandbox.sandbox.runtime.failNext.set("databases.saveSnapshot", new Error("no space"));
    await sandbox.rds.send(new CreateDBSnapshotCommand({ ...orders, DBSnapshotIdentifier }));
    expect((await sandbox.describe()).DBInstanceStatus).toBe("available");
    expect(await snapshots(sandbox)).toMatchObject([{ Status: "failed" }]);
  });
});

describe("tags", () => {
  it("are added, replaced, shown and taken away, of databases and subnet groups alike", async () => {
    const sandbox = await Rds.start();
    const { DBInstanceArn = "" } = await sandbox.create({ Tags: [{ Key: "a", Value: "1" }] });
    for (const ResourceName of [DBInstanceArn, DBInstanceArn.replace(/:db:.*/, ":subgrp:private")]) {
      const Tags = [
        { Key: "a", Value: "2" },
        { Key: "b", Value: "" },
      ];
      await sandbox.rds.send(new AddTagsToResourceCommand({ ResourceName, Tags }));
      const { TagList } = await sandbox.rds.send(new ListTagsForResourceCommand({ ResourceName }));
      expect(TagList).toEqual(Tags);
      await sandbox.rds.send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys: ["b"] }));
    }
    expect((await sandbox.describe()).TagList).toEqual([{ Key: "a", Value: "2" }]);
    const none = DBInstanceArn.replace("orders", "none");
    await expect(sandbox.rds.send(new ListTagsForResourceCommand({ ResourceName: none }))).rejects.toMatchObject({
      name: "DBInstanceNotFoundFault",
    });
  });
});
