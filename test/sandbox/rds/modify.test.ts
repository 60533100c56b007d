import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteDBInstanceCommand, ModifyDBInstanceCommand } from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { passwordHash, Rds } from "./support.ts";

const orders = { DBInstanceIdentifier: "orders" };

describe("changing a database", () => {
  it("applies what it is asked to apply at once, and keeps the rest for the maintenance window", async () => {
    const sandbox = await Rds.start();
    await sandbox.create();
    await sandbox.quiet();
    const bigger = { ...orders, DBInstanceClass: "db.t4g.small", AllocatedStorage: 30 };
    await sandbox.rds.send(new ModifyDBInstanceCommand(bigger));
    expect(await sandbox.describe()).toMatchObject({
      DBInstanceStatus: "available",
      DBInstanceClass: "db.t4g.micro",
      PendingModifiedValues: { DBInstanceClass: "db.t4g.small", AllocatedStorage: 30 },
    });
    const { DBInstance } = await sandbox.rds.send(new ModifyDBInstanceCommand({ ...orders, ApplyImmediately: true }));
    expect(DBInstance?.PendingModifiedValues).toMatchObject({ DBInstanceClass: "db.t4g.small" });
    const found = await sandbox.describe();
    expect(found).toMatchObject({
      DBInstanceStatus: "available",
      DBInstanceClass: "db.t4g.small",
      AllocatedStorage: 30,
    });
    expect(found.PendingModifiedValues).toEqual({});
    expect((await sandbox.server())?.maxConnections).toBe(153);
  });

  it("gets and loses a standby", async () => {
    const sandbox = await Rds.start();
    await sandbox.create();
    await sandbox.quiet();
    const modify = (MultiAZ: boolean) =>
      sandbox.rds.send(new ModifyDBInstanceCommand({ ...orders, MultiAZ, ApplyImmediately: true }));
    await modify(true);
    expect(await sandbox.describe()).toMatchObject({ MultiAZ: true, SecondaryAvailabilityZone: "ap-northeast-1c" });
    expect(Object.keys(sandbox.sandbox.world.ec2.data.networkInterfaces)).toHaveLength(2);
    await modify(false);
    const single = await sandbox.describe();
    expect([single.MultiAZ, single.SecondaryAvailabilityZone]).toEqual([false, undefined]);
    expect(Object.keys(sandbox.sandbox.world.ec2.data.networkInterfaces)).toHaveLength(1);
  });

  it("sets a new password without keeping it", async () => {
    const sandbox = await Rds.start();
    const { DbiResourceId = "" } = await sandbox.create();
    await sandbox.quiet();
    const MasterUserPassword = "another.battery-staple";
    const { DBInstance } = await sandbox.rds.send(new ModifyDBInstanceCommand({ ...orders, MasterUserPassword }));
    expect(DBInstance?.PendingModifiedValues).toEqual({ MasterUserPassword: "****" });
    expect((await sandbox.describe()).DBInstanceStatus).toBe("available");
    const set = sandbox.databases.passwords.get(DbiResourceId);
    expect(set).toEqual({ name: "admin", passwordHash: expect.stringMatching(/^\*[0-9A-F]{40}$/) });
    expect(set?.passwordHash).not.toBe(passwordHash);
    expect(readFileSync(join(sandbox.sandbox.home, "rds.json"), "utf8")).not.toContain(MasterUserPassword);
  });

  it("starts a server again that was lost before it could be changed", async () => {
    const sandbox = await Rds.start();
    const { DbiResourceId = "" } = await sandbox.create();
    await sandbox.quiet();
    sandbox.databases.servers.delete(DbiResourceId);
    await sandbox.rds.send(new ModifyDBInstanceCommand({ ...orders, MasterUserPassword: "another.battery-staple" }));
    expect((await sandbox.describe()).DBInstanceStatus).toBe("available");
    expect(sandbox.databases.passwords.has(DbiResourceId)).toBe(true);
  });

  it("protects it from deletion", async () => {
    const sandbox = await Rds.start();
    await sandbox.create({ DeletionProtection: true });
    await sandbox.quiet();
    const deletion = new DeleteDBInstanceCommand({ ...orders, SkipFinalSnapshot: true });
    await expect(sandbox.rds.send(deletion)).rejects.toMatchObject({
      name: "InvalidParameterCombination",
      message: expect.stringContaining("deletion protection"),
    });
    await sandbox.rds.send(new ModifyDBInstanceCommand({ ...orders, DeletionProtection: false }));
    await sandbox.rds.send(deletion);
  });
});
