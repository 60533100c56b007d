import { StopDBInstanceCommand } from "@aws-sdk/client-rds";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startStage, type Stage } from "../support/stage.ts";
import type { DatabaseRequest } from "../../src/ports/database.ts";
import { redact } from "../../src/records/redact.ts";

let stage: Stage;
let request: DatabaseRequest;

beforeEach(async () => {
  stage = await startStage();
  const { network } = stage.ports;
  const zones = await network.availabilityZones();
  const vpc = await network.createVpc(named("vpc"), "10.5.0.0/16");
  const subnets = await Promise.all(
    ["private-a", "private-c"].map((name, index) =>
      network.createSubnet(named(name), {
        vpcId: vpc.id,
        cidr: `10.5.${11 + index}.0/24`,
        availabilityZone: zones[index] ?? "",
      }),
    ),
  );
  const group = await network.createSecurityGroup(named("database"), vpc.id, "MySQL from the hosts only");
  await stage.ports.databases.createSubnetGroup(
    named("database"),
    "mine-database",
    subnets.map(({ id }) => id),
    "a place",
  );
  request = {
    subnetGroupName: "mine-database",
    groupIds: [group.id],
    instanceClass: "db.t4g.micro",
    multiAz: false,
    databaseName: "lecture05",
    userName: "lecture05",
    password: "0123456789abcdefghijABCDEFGHIJ01",
  };
});

const named = (name: string, stack = "mine") => ({ stack, step: "database", name }) as const;
const wanted = { instanceClass: "db.t4g.micro", multiAz: false };
const longMs = 600_000;
const make = () => stage.ports.databases.create(named("database"), "mine-database", request);

afterEach(async () => {
  const { databases } = stage.ports;
  if (await databases.find("mine", "mine-database").catch(() => undefined)) {
    await databases.delete("mine-database", undefined);
    await databases.waitUntilDeleted("mine", "mine-database", longMs);
  }
});

describe("a database", () => {
  it("is made once, private and encrypted, waited for, changed, and deleted", async () => {
    const { databases } = stage.ports;
    const made = await make();
    expect(made).toMatchObject({ id: "mine-database", encrypted: true, publiclyAccessible: false, multiAz: false });
    // The same again, as after an answer that was lost.
    expect(await make()).toMatchObject({ id: "mine-database" });

    const there = await databases.waitUntilAvailable("mine", "mine-database", wanted, longMs);
    expect(there).toMatchObject({ status: "available", engine: "mysql", backupRetentionDays: 7 });
    expect(there.engineVersion).toMatch(/^8\.4\./);
    expect(there.endpoint?.port).toBe(3306);
    expect(there.subnetIds).toHaveLength(2);

    await databases.modify("mine-database", { multiAz: true });
    const both = { ...wanted, multiAz: true };
    const changed = await databases.waitUntilAvailable("mine", "mine-database", both, longMs);
    expect(changed.secondaryZone).toBeDefined();
    expect(changed.secondaryZone).not.toBe(changed.availabilityZone);

    // Something hangs on it.
    expect(await databases.deleteSubnetGroup("mine-database")).toBe("in-use");
    expect(await databases.delete("mine-database", "mine-last")).toBe("deleted");
    await databases.waitUntilDeleted("mine", "mine-database", longMs);
    expect(await databases.delete("mine-database", undefined)).toBe("absent");
    expect(await databases.deleteSubnetGroup("mine-database")).toBe("deleted");
    expect(await databases.deleteSubnetGroup("mine-database")).toBe("absent");
    expect(stage.sandbox.world.rds.data.snapshots).toHaveProperty("mine-last");
  });

  it("is started when it is stopped", async () => {
    const { databases } = stage.ports;
    await make();
    await databases.waitUntilAvailable("mine", "mine-database", wanted, longMs);
    const rds = await stage.clients.rds();
    await rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: "mine-database" }));
    const again = await databases.waitUntilAvailable("mine", "mine-database", wanted, longMs);
    expect(again.status).toBe("available");
  });

  it("is stopped, and fails over to its standby where it has one", async () => {
    const { databases } = stage.ports;
    await make();
    await databases.waitUntilAvailable("mine", "mine-database", wanted, longMs);
    await expect(databases.failOver("mine-database")).rejects.toThrow();
    await databases.stop("mine-database");
    expect((await databases.find("mine", "mine-database"))?.status).toMatch(/^stopp/);
    await databases.waitUntilAvailable("mine", "mine-database", wanted, longMs);

    await databases.modify("mine-database", { multiAz: true });
    const both = { ...wanted, multiAz: true };
    const before = await databases.waitUntilAvailable("mine", "mine-database", both, longMs);
    await databases.failOver("mine-database");
    const after = await databases.waitUntilAvailable("mine", "mine-database", both, longMs);
    expect(after.availabilityZone).toBe(before.secondaryZone);
  });

  it("is not waited for when time will not help", async () => {
    const { databases } = stage.ports;
    await make();
    await databases.waitUntilAvailable("mine", "mine-database", wanted, longMs);
    const [record] = Object.values(stage.sandbox.world.rds.data.databases);
    Object.assign(record!, { status: "failed" });
    await expect(databases.waitUntilAvailable("mine", "mine-database", wanted, longMs)).rejects.toMatchObject({
      code: "DATABASE_UNUSABLE",
    });
    Object.assign(record!, { status: "available" });
  });

  it("of another stack is neither taken over nor its subnet group", async () => {
    const { databases } = stage.ports;
    await make();
    await expect(databases.find("other", "mine-database")).rejects.toMatchObject({ code: "NAME_TAKEN" });
    await expect(databases.findSubnetGroup("other", "mine-database")).rejects.toMatchObject({ code: "NAME_TAKEN" });
    await expect(databases.create(named("database", "other"), "mine-database", request)).rejects.toMatchObject({
      code: "NAME_TAKEN",
    });
    await databases.waitUntilAvailable("mine", "mine-database", wanted, longMs);
  });

  it("is offered in both zones, and not on every class", async () => {
    const { databases } = stage.ports;
    expect(await databases.zonesOffering("db.t4g.micro")).toEqual(
      expect.arrayContaining(["ap-northeast-1a", "ap-northeast-1c"]),
    );
    expect(await databases.zonesOffering("db.z9.enormous")).toEqual([]);
  });
});

describe("a secret", () => {
  it("is kept once, as a SecureString with the stack's tags, and is known as a secret", async () => {
    const { parameters } = stage.ports;
    const name = "/lecture05/mine/database-password";
    expect(await parameters.read(name)).toBeUndefined();
    expect(await parameters.putSecret(named("database-password"), name, "first-of-all-secrets")).toBe(
      "first-of-all-secrets",
    );
    // What is in use stays.
    expect(await parameters.putSecret(named("database-password"), name, "another-one")).toBe("first-of-all-secrets");
    expect(await parameters.find("mine")).toEqual([{ name, type: "SecureString" }]);
    expect(await parameters.find("other")).toEqual([]);
    expect(redact("it is first-of-all-secrets")).toBe("it is [redacted]");
    await expect(parameters.putSecret(named("x", "other"), name, "yet another")).rejects.toMatchObject({
      code: "NAME_TAKEN",
    });
    expect(await parameters.delete(name)).toBe("deleted");
    expect(await parameters.delete(name)).toBe("absent");
  });
});
