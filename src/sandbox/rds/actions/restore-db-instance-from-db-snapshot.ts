import {
  RestoreDBInstanceFromDBSnapshot$,
  type RestoreDBInstanceFromDBSnapshotCommandInput,
  type RestoreDBInstanceFromDBSnapshotCommandOutput,
} from "@aws-sdk/client-rds";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { checkClass, checkStorage } from "../catalogue.ts";
import { checkPort } from "../checks.ts";
import { invalidValue, notSupported } from "../errors.ts";
import { getSnapshot } from "../find.ts";
import { keepDatabase } from "../make.ts";
import { tagList } from "../tags.ts";
import { refuseUnsupported } from "../unsupported.ts";

/** A database of its own with the snapshot's contents, and with its master user and password. */
export const restoreDatabase = action(
  RestoreDBInstanceFromDBSnapshot$,
  async (
    input: RestoreDBInstanceFromDBSnapshotCommandInput,
    ctx,
  ): Promise<ActionOutput<RestoreDBInstanceFromDBSnapshotCommandOutput>> => {
    const { world } = ctx;
    const snapshot = getSnapshot(world, input.DBSnapshotIdentifier);
    const { database, storageId, status } = snapshot;
    if (status !== "available") {
      throw new AwsError("InvalidDBSnapshotState", `The snapshot ${snapshot.id} is not in the available state.`);
    }
    if (input.Engine !== undefined && input.Engine !== database.engine) {
      throw invalidValue(`Invalid DB engine: ${input.Engine}`);
    }
    refuseUnsupported(input, database.engineVersion);
    if (input.DBName) throw notSupported("DBName: a snapshot of MySQL brings its databases along");
    const storageType = input.StorageType ?? database.storageType;
    const DBInstance = await keepDatabase(
      ctx,
      { ...input, Tags: input.Tags ?? tagList(world.rds.data, snapshot.arn) },
      {
        engine: database.engine,
        engineVersion: database.engineVersion,
        class: checkClass(input.DBInstanceClass ?? database.class),
        storageType,
        storageGib: checkStorage(storageType, input.AllocatedStorage ?? database.storageGib),
        encrypted: database.encrypted,
        kmsKeyId: database.kmsKeyId,
        masterUsername: database.masterUsername,
        passwordHash: database.passwordHash,
        databaseName: database.databaseName,
        port: checkPort(input.Port ?? database.port),
        backupRetentionDays: database.backupRetentionDays,
        origin: storageId,
      },
    );
    return { DBInstance };
  },
);
