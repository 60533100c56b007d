import {
  StartDBInstance$,
  type StartDBInstanceCommandInput,
  type StartDBInstanceCommandOutput,
} from "@aws-sdk/client-rds";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalidState } from "../errors.ts";
import { getDatabase } from "../find.ts";
import { settle } from "../keep.ts";
import { databaseShape } from "../shapes.ts";

export const startDatabase = action(
  StartDBInstance$,
  async (input: StartDBInstanceCommandInput, { world }): Promise<ActionOutput<StartDBInstanceCommandOutput>> => {
    const database = getDatabase(world, input.DBInstanceIdentifier);
    if (database.status !== "stopped") {
      throw invalidState(
        `Instance ${database.id} cannot be started as it is not in one of the following statuses: 'stopped, inaccessible-encryption-credentials-recoverable, incompatible-network (only valid for non-SqlServer instances)'.`,
      );
    }
    database.status = "starting";
    await world.rds.save();
    void settle(world, database.resourceId);
    return { DBInstance: databaseShape(world, database) };
  },
);
