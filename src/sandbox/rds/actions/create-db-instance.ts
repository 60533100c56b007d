import {
  CreateDBInstance$,
  type CreateDBInstanceCommandInput,
  type CreateDBInstanceCommandOutput,
} from "@aws-sdk/client-rds";
import { action, type ActionOutput } from "../../wire/action.ts";
import { checkClass, checkStorage, engineName, findVersion } from "../catalogue.ts";
import { checkDatabaseName, checkMasterUsername, checkPort, checkRetention } from "../checks.ts";
import { invalidValue } from "../errors.ts";
import { keepDatabase } from "../make.ts";
import { hashPassword } from "../passwords.ts";
import { refuseUnsupported } from "../unsupported.ts";

/** Answers "creating"; "available" once the server answers and its first backup is made. */
export const createDatabase = action(
  CreateDBInstance$,
  async (input: CreateDBInstanceCommandInput, ctx): Promise<ActionOutput<CreateDBInstanceCommandOutput>> => {
    if (input.Engine !== engineName) throw invalidValue(`Invalid DB engine: ${input.Engine ?? ""}`);
    const engineVersion = findVersion(input.EngineVersion);
    refuseUnsupported(input, engineVersion);
    const instanceClass = checkClass(input.DBInstanceClass ?? "");
    const storageType = input.StorageType ?? "gp2";
    const storageGib = checkStorage(storageType, input.AllocatedStorage);
    const DBInstance = await keepDatabase(ctx, input, {
      engine: engineName,
      engineVersion,
      class: instanceClass,
      storageType,
      storageGib,
      encrypted: input.StorageEncrypted ?? false,
      kmsKeyId: input.KmsKeyId,
      masterUsername: checkMasterUsername(input.MasterUsername),
      passwordHash: hashPassword(input.MasterUserPassword),
      databaseName: checkDatabaseName(input.DBName),
      port: checkPort(input.Port),
      backupRetentionDays: checkRetention(input.BackupRetentionPeriod ?? 1),
      origin: undefined,
    });
    return { DBInstance };
  },
);
