import {
  AddTagsToResourceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBInstancesCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBSnapshotsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  ListTagsForResourceCommand,
  ModifyDBInstanceCommand,
  RebootDBInstanceCommand,
  RemoveTagsFromResourceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { expect, it, onTestFinished } from "vitest";
import { rdsService } from "../../../src/sandbox/rds/service.ts";
import { holdAgainstModels } from "../../support/api-models.ts";
import { awscli } from "../../support/awscli.ts";
import { WireRecorder } from "../../support/wire-recorder.ts";
import { Rds } from "./support.ts";

it("speaks as botocore's model of RDS has it, and as the AWS CLI reads it", { timeout: 120_000 }, async () => {
  const sandbox = await Rds.start();
  const { rds } = sandbox;
  const recorder = new WireRecorder();
  onTestFinished(() => recorder.stop());
  const orders = { DBInstanceIdentifier: "orders" };
  const snapshot = { DBSnapshotIdentifier: "before" };
  const Tags = [{ Key: "stack", Value: "lecture05" }];
  const more = { MultiAZ: true, StorageEncrypted: true, StorageType: "gp3", Tags };
  const { DBInstanceArn: ResourceName } = await sandbox.create(more);
  const describeAll = async (): Promise<void> => {
    await rds.send(new DescribeDBInstancesCommand({}));
    await rds.send(new DescribeDBSnapshotsCommand({}));
    await rds.send(new DescribeDBSubnetGroupsCommand({}));
    await sandbox.quiet();
    await rds.send(new DescribeDBInstancesCommand({}));
  };
  await describeAll();
  await rds.send(new AddTagsToResourceCommand({ ResourceName, Tags }));
  await rds.send(new ListTagsForResourceCommand({ ResourceName }));
  await rds.send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys: ["other"] }));
  await rds.send(
    new ModifyDBInstanceCommand({ ...orders, AllocatedStorage: 40, MasterUserPassword: "battery-staple" }),
  );
  await describeAll();
  await rds.send(new RebootDBInstanceCommand({ ...orders, ForceFailover: true }));
  await describeAll();
  await rds.send(new CreateDBSnapshotCommand({ ...orders, ...snapshot }));
  await describeAll();
  expect(await awscli(sandbox.sandbox, "rds", "describe-db-instances")).toMatchObject({
    DBInstances: [{ DBInstanceIdentifier: "orders", DBInstanceStatus: "available", TagList: Tags }],
  });
  await awscli(sandbox.sandbox, "rds", "wait", "db-snapshot-available", "--db-snapshot-identifier", "before");
  await rds.send(new StopDBInstanceCommand(orders));
  await describeAll();
  await rds.send(new StartDBInstanceCommand(orders));
  await describeAll();
  await rds.send(new DeleteDBInstanceCommand({ ...orders, SkipFinalSnapshot: true }));
  await sandbox.quiet();
  await awscli(sandbox.sandbox, "rds", "wait", "db-instance-deleted", "--db-instance-identifier", "orders");
  const again = { ...snapshot, DBInstanceIdentifier: "again", DBSubnetGroupName: "private" };
  await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(again));
  await describeAll();
  await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "again", FinalDBSnapshotIdentifier: "last" }));
  await sandbox.quiet();
  await rds.send(new DeleteDBSnapshotCommand(snapshot));
  await rds.send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: "private" }));
  await rds.send(new DescribeDBEngineVersionsCommand({}));
  await rds.send(new DescribeOrderableDBInstanceOptionsCommand({ Engine: "mysql" }));
  await rds.send(new DescribeDBParameterGroupsCommand({}));
  await expect(rds.send(new StopDBInstanceCommand(orders))).rejects.toMatchObject({ name: "DBInstanceNotFoundFault" });

  const modelled = await holdAgainstModels(recorder.exchanges);
  const seen = new Set(modelled.map(({ operation }) => operation));
  expect(rdsService.actions.map(({ name }) => `rds:${name}`).filter((name) => !seen.has(name))).toEqual([]);
  const problems = modelled.flatMap((it) => [...it.request, ...it.response].map((what) => `${it.operation}: ${what}`));
  expect([...new Set(problems)]).toEqual([]);
});
