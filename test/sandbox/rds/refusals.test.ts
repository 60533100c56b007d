import { CreateSubnetCommand } from "@aws-sdk/client-ec2";
import {
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBInstanceCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBInstancesCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  ModifyDBInstanceCommand,
  type CreateDBInstanceCommandInput,
} from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { makeGroup } from "../ec2/ec2-sandbox.ts";
import { Rds } from "./support.ts";

const orders = { DBInstanceIdentifier: "orders" };

/** What is asked for, the error's name and a word of its message. */
const refusals: readonly [Partial<CreateDBInstanceCommandInput>, string, string][] = [
  [{ DBInstanceIdentifier: "1st" }, "InvalidParameterValue", "not a valid identifier"],
  [{ DBInstanceIdentifier: "a--b" }, "InvalidParameterValue", "not a valid identifier"],
  [{ Engine: "postgres" }, "InvalidParameterValue", "postgres"],
  [{ EngineVersion: "5.1" }, "InvalidParameterCombination", "Cannot find version 5.1 for mysql"],
  [{ DBInstanceClass: "db.x9.huge" }, "InvalidParameterValue", "Invalid DB Instance class: db.x9.huge"],
  [
    { AllocatedStorage: 5 },
    "InvalidParameterValue",
    "Invalid storage size for engine name mysql and storage type gp2: 5",
  ],
  [{ StorageType: "tape" }, "InvalidParameterValue", "tape"],
  [{ StorageType: "io1" }, "StorageTypeNotSupportedFault", "io1"],
  [{ MasterUsername: undefined }, "InvalidParameterValue", "MasterUsername must be provided"],
  [{ MasterUsername: "rdsadmin" }, "InvalidParameterValue", "reserved word"],
  [{ MasterUsername: "x`; DROP" }, "InvalidParameterValue", "alphanumeric"],
  [{ MasterUserPassword: "short" }, "InvalidParameterValue", "shorter than 8"],
  [{ MasterUserPassword: "with@sign-in-it" }, "InvalidParameterValue", "printable ASCII"],
  [{ MasterUserPassword: "x".repeat(42) }, "InvalidParameterValue", "longer than 41"],
  [{ DBName: "mysql" }, "InvalidParameterValue", "reserved word"],
  [{ DBName: "a-b" }, "InvalidParameterValue", "alphanumeric"],
  [{ Port: 80 }, "InvalidParameterValue", "port"],
  [{ BackupRetentionPeriod: 36 }, "InvalidParameterValue", "between 0 and 35"],
  [{ DBSubnetGroupName: "none" }, "DBSubnetGroupNotFoundFault", "none"],
  [{ DBSubnetGroupName: undefined }, "InvalidSubnet", "No default subnet"],
  [{ VpcSecurityGroupIds: ["sg-0"] }, "InvalidParameterValue", "groupId= sg-0"],
  [{ AvailabilityZone: "ap-northeast-1d" }, "InvalidVPCNetworkStateFault", "ap-northeast-1d"],
  [{ AvailabilityZone: "ap-northeast-1a", MultiAZ: true }, "InvalidParameterCombination", "Multi-AZ"],
  [{ Tags: [{ Key: "aws:x", Value: "" }] }, "InvalidParameterValue", "aws:x"],
  [{ ManageMasterUserPassword: true }, "InvalidParameterValue", "Secrets Manager"],
  [{ DBParameterGroupName: "mine" }, "InvalidParameterValue", "parameter groups"],
  [{ MaxAllocatedStorage: 100 }, "InvalidParameterValue", "autoscaling"],
];

describe("a database that cannot be as it was asked for", () => {
  it("is refused with RDS's code, and nothing is left of it", async () => {
    const sandbox = await Rds.start();
    await sandbox.makeSubnetGroup();
    for (const [more, name, word] of refusals) {
      const request = sandbox.rds.send(new CreateDBInstanceCommand(sandbox.input(more)));
      const what = JSON.stringify(more);
      const error = await request.then(
        () => undefined,
        (it: Error) => it,
      );
      expect([error?.name.replace(/Fault$/, ""), what], what).toEqual([name.replace(/Fault$/, ""), what]);
      expect(error?.message, what).toContain(word);
    }
    await sandbox.quiet();
    expect(sandbox.sandbox.world.rds.data.databases).toEqual({});
    expect(sandbox.sandbox.world.ec2.data.networkInterfaces).toEqual({});
  });

  it("is refused when it is there already, also at the same moment", async () => {
    const sandbox = await Rds.start();
    await sandbox.makeSubnetGroup();
    const requests = [1, 2].map(() => sandbox.rds.send(new CreateDBInstanceCommand(sandbox.input())));
    const outcomes = await Promise.allSettled(requests);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { name: "DBInstanceAlreadyExistsFault" },
    });
    expect(Object.keys(sandbox.sandbox.world.ec2.data.networkInterfaces)).toHaveLength(1);
  });

  it("is public unless it is told otherwise, where its VPC has a way to the internet: as on AWS", async () => {
    const sandbox = await Rds.start();
    expect((await sandbox.create({ PubliclyAccessible: undefined })).PubliclyAccessible).toBe(true);
  });

  it("is not found by a name or filter that is not its own", async () => {
    const sandbox = await Rds.start();
    const { DbiResourceId = "", DBInstanceArn = "" } = await sandbox.create();
    const find = async (Name: string, value: string): Promise<number | undefined> =>
      (await sandbox.rds.send(new DescribeDBInstancesCommand({ Filters: [{ Name, Values: [value] }] }))).DBInstances
        ?.length;
    expect(await find("db-instance-id", "ORDERS")).toBe(1);
    expect(await find("db-instance-id", DBInstanceArn)).toBe(1);
    expect(await find("dbi-resource-id", DbiResourceId)).toBe(1);
    expect(await find("engine", "postgres")).toBe(0);
    await expect(find("tag:stack", "x")).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await expect(sandbox.describe("other")).rejects.toMatchObject({ name: "DBInstanceNotFoundFault" });
  });

  it("is not deleted without a word about a final snapshot", async () => {
    const sandbox = await Rds.start();
    await sandbox.create();
    await sandbox.quiet();
    for (const more of [{}, { SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: "last" }]) {
      await expect(sandbox.rds.send(new DeleteDBInstanceCommand({ ...orders, ...more }))).rejects.toMatchObject({
        name: "InvalidParameterCombination",
      });
    }
  });

  it("is not changed into what it cannot be", async () => {
    const sandbox = await Rds.start();
    await sandbox.create();
    const modify = (more: object) => sandbox.rds.send(new ModifyDBInstanceCommand({ ...orders, ...more }));
    await sandbox.quiet();
    await expect(modify({ AllocatedStorage: 10 })).rejects.toMatchObject({ name: "InvalidParameterCombination" });
    await expect(modify({ DBPortNumber: 3307 })).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await expect(modify({ EngineVersion: "8.0" })).rejects.toMatchObject({ name: "InvalidParameterValue" });
    const foreign = await makeGroup(sandbox.sandbox.ec2, (await sandbox.otherVpc()) ?? "", "foreign");
    await expect(modify({ VpcSecurityGroupIds: [foreign] })).rejects.toMatchObject({
      name: "InvalidParameterCombination",
      message: expect.stringContaining("different VPCs"),
    });
  });
});

describe("a subnet group", () => {
  it("covers two zones of one VPC, and is found and deleted by its name in any letters", async () => {
    const sandbox = await Rds.start();
    const create = (SubnetIds: string[], name = "one") =>
      sandbox.rds.send(
        new CreateDBSubnetGroupCommand({ DBSubnetGroupName: name, DBSubnetGroupDescription: "x", SubnetIds }),
      );
    const [one = "", two = ""] = sandbox.subnetIds;
    await expect(create([one])).rejects.toMatchObject({ name: "DBSubnetGroupDoesNotCoverEnoughAZs" });
    await expect(create([one, "subnet-0"])).rejects.toMatchObject({ name: "InvalidParameterValue" });
    const VpcId = await sandbox.otherVpc();
    const foreign = await sandbox.sandbox.ec2.send(
      new CreateSubnetCommand({ VpcId, CidrBlock: "10.6.1.0/24", AvailabilityZone: "ap-northeast-1c" }),
    );
    await expect(create([one, foreign.Subnet?.SubnetId ?? ""])).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
    await expect(create([one, two], "default")).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await create([one, two], "One");
    await expect(create([one, two])).rejects.toMatchObject({ name: "DBSubnetGroupAlreadyExistsFault" });
    const { DBSubnetGroups } = await sandbox.rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: "ONE" }));
    expect(DBSubnetGroups).toMatchObject([
      {
        DBSubnetGroupName: "one",
        SubnetGroupStatus: "Complete",
        VpcId: sandbox.network.vpcId,
        Subnets: [{ SubnetIdentifier: one, SubnetAvailabilityZone: { Name: "ap-northeast-1a" } }, {}],
      },
    ]);
    await sandbox.rds.send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: "ONE" }));
    await expect(
      sandbox.rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: "one" })),
    ).rejects.toMatchObject({ name: "DBSubnetGroupNotFoundFault" });
  });

  it("stays while a database uses it", async () => {
    const sandbox = await Rds.start();
    await sandbox.create();
    const deletion = new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: "private" });
    await expect(sandbox.rds.send(deletion)).rejects.toMatchObject({
      name: "InvalidDBSubnetGroupStateFault",
      message: expect.stringContaining("orders is still using it"),
    });
    await sandbox.quiet();
    await sandbox.rds.send(new DeleteDBInstanceCommand({ ...orders, SkipFinalSnapshot: true }));
    await sandbox.quiet();
    await sandbox.rds.send(deletion);
  });
});

describe("what can be had", () => {
  it("is told: versions, classes, parameter groups", async () => {
    const { rds } = await Rds.start();
    const { DBEngineVersions } = await rds.send(
      new DescribeDBEngineVersionsCommand({ Engine: "mysql", EngineVersion: "8.4" }),
    );
    expect(DBEngineVersions?.at(-1)).toMatchObject({ EngineVersion: "8.4.7", DBParameterGroupFamily: "mysql8.4" });
    const byDefault = await rds.send(new DescribeDBEngineVersionsCommand({ Engine: "mysql", DefaultOnly: true }));
    expect(byDefault.DBEngineVersions).toHaveLength(1);
    const { OrderableDBInstanceOptions } = await rds.send(
      new DescribeOrderableDBInstanceOptionsCommand({
        Engine: "mysql",
        DBInstanceClass: "db.t4g.micro",
        EngineVersion: "8.4.7",
      }),
    );
    expect(OrderableDBInstanceOptions).toMatchObject([
      { StorageType: "gp2", MultiAZCapable: true },
      { StorageType: "gp3", SupportsStorageEncryption: true },
    ]);
    const none = await rds.send(new DescribeOrderableDBInstanceOptionsCommand({ Engine: "oracle-ee" }));
    expect(none.OrderableDBInstanceOptions).toEqual([]);
    const DBParameterGroupName = "default.mysql8.4";
    const { DBParameterGroups } = await rds.send(new DescribeDBParameterGroupsCommand({ DBParameterGroupName }));
    expect(DBParameterGroups).toMatchObject([{ DBParameterGroupFamily: "mysql8.4" }]);
    await expect(
      rds.send(new DescribeDBParameterGroupsCommand({ DBParameterGroupName: "default.mysql5.1" })),
    ).rejects.toMatchObject({ name: "DBParameterGroupNotFoundFault" });
  });
});
