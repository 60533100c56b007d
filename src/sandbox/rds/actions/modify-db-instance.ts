import {
  ModifyDBInstance$,
  type ModifyDBInstanceCommandInput,
  type ModifyDBInstanceCommandOutput,
} from "@aws-sdk/client-rds";
import { setInterfaceGroups } from "../../ec2/interfaces.ts";
import { action, type ActionOutput } from "../../wire/action.ts";
import type { World } from "../../world.ts";
import { checkClass, checkStorage, findVersion, releaseOf } from "../catalogue.ts";
import { checkRetention } from "../checks.ts";
import { invalidCombination, notAvailable, notSupported } from "../errors.ts";
import { checkGroups, chooseSubnets } from "../feet.ts";
import { getDatabase, getSubnetGroup } from "../find.ts";
import { settle } from "../keep.ts";
import { hashPassword } from "../passwords.ts";
import type { DatabaseRecord, ServerChanges } from "../records.ts";
import { databaseShape } from "../shapes.ts";
import { refuseUnsupported } from "../unsupported.ts";

/**
 * What needs no work on the server holds at once. The rest is applied when it is asked to be, or because it never waits
 * (a password, the backups' retention); else it waits for the maintenance window, which in the sandbox never comes.
 */
export const modifyDatabase = action(
  ModifyDBInstance$,
  async (input: ModifyDBInstanceCommandInput, { world }): Promise<ActionOutput<ModifyDBInstanceCommandOutput>> => {
    const { rds } = world;
    const database = getDatabase(world, input.DBInstanceIdentifier);
    if (database.status !== "available") throw notAvailable(database.id);
    refuse(input, database);
    const waiting = deferrable(world, input, database);
    const atOnce: ServerChanges = {
      ...(input.MasterUserPassword ? { passwordHash: hashPassword(input.MasterUserPassword) } : {}),
      ...(input.BackupRetentionPeriod === undefined
        ? {}
        : { backupRetentionDays: checkRetention(input.BackupRetentionPeriod) }),
    };
    const groupIds = input.VpcSecurityGroupIds && checkGroups(world, database.vpcId, input.VpcSecurityGroupIds);
    for (const { interfaceId } of groupIds ? database.feet : []) {
      await setInterfaceGroups(world, interfaceId, groupIds ?? []);
    }
    const changes = input.ApplyImmediately === true ? { ...database.pending, ...waiting, ...atOnce } : atOnce;
    if (input.ApplyImmediately === true) database.pending = undefined;
    else if (Object.keys(waiting).length > 0) database.pending = { ...database.pending, ...waiting };
    setPlain(database, input);
    const isIdle = Object.keys(changes).length === 0;
    const answer = { DBInstance: databaseShape(world, { ...database, changes: isIdle ? undefined : changes }) };
    if (!isIdle) {
      const isPassword = Object.keys(changes).join() === "passwordHash";
      database.status = isPassword ? "resetting-master-credentials" : "modifying";
      database.changes = changes;
    }
    await rds.save();
    void settle(world, database.resourceId);
    return answer;
  },
);

function refuse(input: ModifyDBInstanceCommandInput, database: DatabaseRecord): void {
  refuseUnsupported(input, database.engineVersion);
  const wishes: Readonly<Record<string, boolean>> = {
    "renaming a database": input.NewDBInstanceIdentifier !== undefined,
    "another port": input.DBPortNumber !== undefined && input.DBPortNumber !== database.port,
    "another subnet group":
      input.DBSubnetGroupName !== undefined && input.DBSubnetGroupName !== database.subnetGroupName,
    "another type of storage": input.StorageType !== undefined && input.StorageType !== database.storageType,
    "public access that changes":
      input.PubliclyAccessible !== undefined && input.PubliclyAccessible !== database.publiclyAccessible,
  };
  for (const [what, isWanted] of Object.entries(wishes)) if (isWanted) throw notSupported(what);
}

/** Only what differs from what there is. */
function deferrable(world: World, input: ModifyDBInstanceCommandInput, database: DatabaseRecord): ServerChanges {
  const changes: ServerChanges = {};
  if (input.DBInstanceClass !== undefined && checkClass(input.DBInstanceClass) !== database.class) {
    changes.class = input.DBInstanceClass;
  }
  if (input.AllocatedStorage !== undefined && input.AllocatedStorage !== database.storageGib) {
    if (input.AllocatedStorage < database.storageGib * 1.1) {
      throw invalidCombination("Requested storage size must be at least 10% larger than the current storage size.");
    }
    changes.storageGib = checkStorage(database.storageType, input.AllocatedStorage);
  }
  if (input.MultiAZ !== undefined && input.MultiAZ !== database.multiAz) {
    const group = getSubnetGroup(world, database.subnetGroupName);
    if (input.MultiAZ) chooseSubnets(world, group, { zone: database.feet[0]?.zone, count: 2 });
    changes.multiAz = input.MultiAZ;
  }
  if (input.EngineVersion !== undefined) {
    const version = findVersion(input.EngineVersion);
    if (releaseOf(version) !== releaseOf(database.engineVersion)) throw notSupported("upgrades to another release");
    if (version !== database.engineVersion) changes.engineVersion = version;
  }
  return changes;
}

function setPlain(database: DatabaseRecord, input: ModifyDBInstanceCommandInput): void {
  database.deletionProtection = input.DeletionProtection ?? database.deletionProtection;
  database.copyTagsToSnapshot = input.CopyTagsToSnapshot ?? database.copyTagsToSnapshot;
  database.autoMinorVersionUpgrade = input.AutoMinorVersionUpgrade ?? database.autoMinorVersionUpgrade;
  database.backupWindow = input.PreferredBackupWindow ?? database.backupWindow;
  database.maintenanceWindow = input.PreferredMaintenanceWindow ?? database.maintenanceWindow;
}
