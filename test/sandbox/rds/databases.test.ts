import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteSecurityGroupCommand, DeleteSubnetCommand, DescribeNetworkInterfacesCommand } from "@aws-sdk/client-ec2";
import {
  DeleteDBInstanceCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RebootDBInstanceCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { syncWithServers } from "../../../src/sandbox/rds/keep.ts";
import { allowFrom, makeGroup } from "../ec2/ec2-sandbox.ts";
import { password, passwordHash, Rds } from "./support.ts";

const orders = { DBInstanceIdentifier: "orders" };

describe("a database", () => {
  it("is made in the background, and has its endpoint once it answers", async () => {
    const sandbox = await Rds.start();
    const made = await sandbox.create({ BackupRetentionPeriod: 7, StorageEncrypted: true, StorageType: "gp3" });
    expect(made).toMatchObject({ DBInstanceStatus: "creating", DBInstanceIdentifier: "orders", MultiAZ: false });
    expect(made.Endpoint).toBeUndefined();
    const { DbiResourceId = "", ...found } = await sandbox.describe();
    expect(found).toMatchObject({
      DBInstanceStatus: "available",
      Engine: "mysql",
      EngineVersion: expect.stringMatching(/^8\.4\.\d+$/),
      Endpoint: { Address: expect.stringMatching(/^orders\.\w{12}\.ap-northeast-1\.rds\.amazonaws\.com$/), Port: 3306 },
      AvailabilityZone: "ap-northeast-1a",
      PubliclyAccessible: false,
      StorageEncrypted: true,
      KmsKeyId: expect.stringContaining("kms"),
      Iops: 3000,
      BackupRetentionPeriod: 7,
      VpcSecurityGroups: [{ VpcSecurityGroupId: sandbox.groupId, Status: "active" }],
      DBSubnetGroup: { DBSubnetGroupName: "private", VpcId: sandbox.network.vpcId },
    });
    expect(sandbox.databases.servers.get(DbiResourceId)).toMatchObject({
      privateIp: "10.5.11.10",
      name: found.Endpoint?.Address,
      port: 3306,
      maxConnections: 76,
      first: { user: { name: "admin" }, databaseName: "orders" },
      tls: { certificate: expect.stringContaining("BEGIN CERTIFICATE") },
    });
  });

  it("goes through creating and backing-up, with an automated snapshot that goes with it", async () => {
    const sandbox = await Rds.start();
    await sandbox.create();
    await sandbox.quiet();
    const { DBSnapshots } = await sandbox.rds.send(new DescribeDBSnapshotsCommand({}));
    expect(DBSnapshots).toMatchObject([{ SnapshotType: "automated", Status: "available", PercentProgress: 100 }]);
    expect(DBSnapshots?.[0]?.DBSnapshotIdentifier).toMatch(/^rds:orders-\d{4}-/);
    await sandbox.rds.send(new DeleteDBInstanceCommand({ ...orders, SkipFinalSnapshot: true }));
    await sandbox.quiet();
    expect(await sandbox.rds.send(new DescribeDBSnapshotsCommand({}))).toMatchObject({ DBSnapshots: [] });
    expect([...sandbox.databases.snapshots.keys(), ...sandbox.databases.storages.keys()]).toEqual([]);
  });

  it("keeps its password nowhere: not on disk, and the server gets what MySQL keeps of it", async () => {
    const sandbox = await Rds.start();
    await sandbox.create();
    const server = await sandbox.server();
    expect(server?.first.user.passwordHash).toBe(passwordHash);
    for (const file of ["rds.json", "requests.ndjson", "ec2.json"]) {
      expect(readFileSync(join(sandbox.sandbox.home, file), "utf8"), file).not.toContain(password);
    }
    expect(JSON.stringify(sandbox.sandbox.logged)).not.toContain(password);
  });

  it("has a network interface that holds its subnet and group until it is gone", async () => {
    const sandbox = await Rds.start();
    await sandbox.create({ MultiAZ: true });
    await sandbox.quiet();
    const { ec2 } = sandbox.sandbox;
    const Filters = [{ Name: "description", Values: ["RDSNetworkInterface"] }];
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
    expect(NetworkInterfaces?.map(({ SubnetId, RequesterId }) => [SubnetId, RequesterId])).toEqual(
      sandbox.subnetIds.map((id) => [id, "amazon-rds"]),
    );
    const deletions = (): Promise<unknown>[] => [
      ec2.send(new DeleteSecurityGroupCommand({ GroupId: sandbox.groupId })),
      ec2.send(new DeleteSubnetCommand({ SubnetId: sandbox.subnetIds[1] ?? "" })),
    ];
    for (const deletion of deletions()) await expect(deletion).rejects.toMatchObject({ name: "DependencyViolation" });
    await sandbox.rds.send(new DeleteDBInstanceCommand({ ...orders, SkipFinalSnapshot: true }));
    await sandbox.quiet();
    await Promise.all(deletions());
  });

  it("is behind the packet filter of its groups before its server starts, and of others later", async () => {
    const sandbox = await Rds.start();
    const { ec2, runtime } = sandbox.sandbox;
    await allowFrom(ec2, sandbox.groupId, sandbox.network.groupId, 3306);
    const { DbiResourceId = "" } = await sandbox.create();
    await sandbox.quiet();
    const { calls, firewalls } = runtime;
    const [filter, launch] = [`applyFirewall ${DbiResourceId}`, `databases.launch ${DbiResourceId}`];
    expect(calls.indexOf(filter)).toBeGreaterThan(-1);
    expect(calls.indexOf(filter)).toBeLessThan(calls.indexOf(launch));
    // Nobody is in the group that may come in.
    expect(firewalls.get(`database:${DbiResourceId}`)).toMatchObject({ inbound: [], internetRoute: true });
    const other = await makeGroup(ec2, sandbox.network.vpcId, "other");
    await allowFrom(ec2, other, other, 3306);
    await sandbox.rds.send(new ModifyDBInstanceCommand({ ...orders, VpcSecurityGroupIds: [other] }));
    const inbound = [{ protocol: "tcp", fromPort: 3306, toPort: 3306, sources: ["10.5.11.10/32"] }];
    expect(firewalls.get(`database:${DbiResourceId}`)).toMatchObject({ inbound });
    expect((await sandbox.describe()).VpcSecurityGroups).toMatchObject([{ VpcSecurityGroupId: other }]);
  });

  it("is failed when its server does not start, and can be deleted", async () => {
    const sandbox = await Rds.start();
    sandbox.sandbox.runtime.failNext.set("databases.launch", new Error("MariaDB did not start"));
    await sandbox.create();
    const failed = await sandbox.describe();
    expect([failed.DBInstanceStatus, failed.Endpoint]).toEqual(["failed", undefined]);
    expect(JSON.stringify(sandbox.sandbox.logged)).toContain("MariaDB did not start");
    const final = new DeleteDBInstanceCommand({ ...orders, FinalDBSnapshotIdentifier: "last" });
    await expect(sandbox.rds.send(final)).rejects.toMatchObject({ name: "InvalidDBInstanceStateFault" });
    await sandbox.rds.send(new DeleteDBInstanceCommand({ ...orders, SkipFinalSnapshot: true }));
    await expect(sandbox.describe()).rejects.toMatchObject({ name: "DBInstanceNotFoundFault" });
  });

  it("can be deleted while it is being made: it is not finished first into something available", async () => {
    const sandbox = await Rds.start();
    await sandbox.create();
    const { DBInstance } = await sandbox.rds.send(new DeleteDBInstanceCommand({ ...orders, SkipFinalSnapshot: true }));
    expect(DBInstance?.DBInstanceStatus).toBe("deleting");
    await sandbox.quiet();
    expect([...sandbox.databases.servers, ...sandbox.databases.storages, ...sandbox.databases.snapshots]).toEqual([]);
    expect(sandbox.sandbox.world.rds.data).toEqual({
      databases: {},
      snapshots: {},
      tags: {},
      subnetGroups: expect.anything(),
    });
  });
});

describe("the server of a database", () => {
  it("is stopped and started; its storage stays", async () => {
    const sandbox = await Rds.start();
    const { DbiResourceId = "" } = await sandbox.create();
    await sandbox.quiet();
    const { DBInstance } = await sandbox.rds.send(new StopDBInstanceCommand(orders));
    expect(DBInstance?.DBInstanceStatus).toBe("stopping");
    expect((await sandbox.describe()).DBInstanceStatus).toBe("stopped");
    expect([...sandbox.databases.servers.keys()]).toEqual([]);
    expect([...sandbox.databases.storages.keys()]).toEqual([DbiResourceId]);
    expect(sandbox.databases.ends.get(DbiResourceId)).toBe("clean");
    await expect(sandbox.rds.send(new StopDBInstanceCommand(orders))).rejects.toMatchObject({
      name: "InvalidDBInstanceStateFault",
    });
    await sandbox.rds.send(new StartDBInstanceCommand(orders));
    expect((await sandbox.describe()).DBInstanceStatus).toBe("available");
    expect([...sandbox.databases.servers.keys()]).toEqual([DbiResourceId]);
    await expect(sandbox.rds.send(new StartDBInstanceCommand(orders))).rejects.toMatchObject({
      name: "InvalidDBInstanceStateFault",
    });
  });

  it("comes back in the other zone, under the same name, after a reboot with failover", async () => {
    const sandbox = await Rds.start();
    const { DbiResourceId = "" } = await sandbox.create({ MultiAZ: true });
    const before = await sandbox.describe();
    expect([before.AvailabilityZone, before.SecondaryAvailabilityZone]).toEqual(["ap-northeast-1a", "ap-northeast-1c"]);
    await sandbox.rds.send(new RebootDBInstanceCommand({ ...orders, ForceFailover: true }));
    const after = await sandbox.describe();
    expect([after.AvailabilityZone, after.SecondaryAvailabilityZone]).toEqual(["ap-northeast-1c", "ap-northeast-1a"]);
    expect(after).toMatchObject({ DBInstanceStatus: "available", Endpoint: before.Endpoint });
    expect(await sandbox.server()).toMatchObject({ privateIp: "10.5.12.10", name: before.Endpoint?.Address });
    expect(sandbox.databases.ends.get(DbiResourceId)).toBe("lost");
    // An ordinary reboot stays where it is.
    await sandbox.rds.send(new RebootDBInstanceCommand(orders));
    expect((await sandbox.describe()).AvailabilityZone).toBe("ap-northeast-1c");
    expect(sandbox.databases.ends.get(DbiResourceId)).toBe("clean");
  });

  it("cannot fail over without a standby", async () => {
    const sandbox = await Rds.start();
    await sandbox.create();
    await sandbox.quiet();
    const failover = new RebootDBInstanceCommand({ ...orders, ForceFailover: true });
    await expect(sandbox.rds.send(failover)).rejects.toMatchObject({ name: "InvalidParameterCombination" });
  });

  it.each([
    [true, "while the daemon runs", "ap-northeast-1c"],
    [false, "while the daemon runs", "ap-northeast-1a"],
    [true, "before the daemon started", "ap-northeast-1a"],
  ])("that was lost is brought back (standby: %s, %s) in %s", async (MultiAZ, when, zone) => {
    const sandbox = await Rds.start();
    const { DbiResourceId = "" } = await sandbox.create({ MultiAZ });
    await sandbox.quiet();
    sandbox.databases.servers.delete(DbiResourceId);
    const isRunning = when === "while the daemon runs";
    const looking = isRunning ? sandbox : await sandbox.restart();
    if (isRunning) await syncWithServers(sandbox.sandbox.world, { force: true });
    const found = await looking.describe();
    expect([found.DBInstanceStatus, found.AvailabilityZone]).toEqual(["available", zone]);
    expect([...looking.databases.servers.keys()]).toEqual([DbiResourceId]);
  });

  it("is not tried for ever when its storage was removed by hand", async () => {
    const sandbox = await Rds.start();
    const { DbiResourceId = "" } = await sandbox.create();
    await sandbox.quiet();
    sandbox.databases.servers.clear();
    sandbox.databases.storages.clear();
    const again = await sandbox.restart();
    expect((await again.describe()).DBInstanceStatus).toBe("failed");
    expect(again.sandbox.world.rds.data.databases["orders"]?.reason).toContain(`no storage of ${DbiResourceId}`);
    await again.rds.send(new DeleteDBInstanceCommand({ ...orders, SkipFinalSnapshot: true }));
    await expect(again.describe()).rejects.toMatchObject({ name: "DBInstanceNotFoundFault" });
  });

  it("is tried again when it does not come back", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const sandbox = await Rds.start();
    await sandbox.create();
    await sandbox.quiet();
    sandbox.sandbox.runtime.failNext.set("databases.launch", new Error("no memory"));
    await sandbox.rds.send(new RebootDBInstanceCommand(orders));
    expect((await sandbox.describe()).DBInstanceStatus).toBe("rebooting");
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await sandbox.describe()).DBInstanceStatus).toBe("available");
  });
});

describe("what was under way when the daemon ended", () => {
  it.each([
    ["creating", "available"],
    ["starting", "available"],
    ["stopping", "stopped"],
    ["rebooting", "available"],
  ] as const)("goes on: %s", async (status, then) => {
    const sandbox = await Rds.start();
    const { DbiResourceId = "" } = await sandbox.create();
    await sandbox.quiet();
    const { data } = sandbox.sandbox.world.rds;
    if (data.databases["orders"]) data.databases["orders"].status = status;
    await sandbox.sandbox.world.rds.save();
    const again = await sandbox.restart();
    expect((await again.describe()).DBInstanceStatus).toBe(then);
    expect([...again.databases.storages.keys()]).toEqual([DbiResourceId]);
  });

  it("is taken away when it was being deleted, with interfaces that belong to nobody", async () => {
    const sandbox = await Rds.start();
    await sandbox.create();
    await sandbox.quiet();
    const { rds, ec2 } = sandbox.sandbox.world;
    if (rds.data.databases["orders"]) rds.data.databases["orders"].status = "deleting";
    await rds.save();
    const [foot] = Object.values(ec2.data.networkInterfaces);
    if (foot)
      ec2.data.networkInterfaces["eni-stray"] = {
        ...foot,
        id: "eni-stray",
        member: { kind: "database", id: "db-GONE" },
      };
    await ec2.save();
    const again = await sandbox.restart();
    await expect(again.describe()).rejects.toMatchObject({ name: "DBInstanceNotFoundFault" });
    expect(again.sandbox.world.ec2.data.networkInterfaces).toEqual({});
    expect([...again.databases.storages, ...again.databases.servers, ...again.databases.snapshots]).toEqual([]);
  });
});
