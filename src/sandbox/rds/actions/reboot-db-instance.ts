import {
  RebootDBInstance$,
  type RebootDBInstanceCommandInput,
  type RebootDBInstanceCommandOutput,
} from "@aws-sdk/client-rds";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalidCombination, notAvailable } from "../errors.ts";
import { getDatabase } from "../find.ts";
import { settle } from "../keep.ts";
import { databaseShape } from "../shapes.ts";

export const rebootDatabase = action(
  RebootDBInstance$,
  async (input: RebootDBInstanceCommandInput, { world }): Promise<ActionOutput<RebootDBInstanceCommandOutput>> => {
    const database = getDatabase(world, input.DBInstanceIdentifier);
    if (database.status !== "available") throw notAvailable(database.id);
    if (input.ForceFailover === true && !database.multiAz) {
      throw invalidCombination("Cannot perform a failover on a DB instance that is not configured for Multi-AZ.");
    }
    database.status = "rebooting";
    if (input.ForceFailover === true) database.failover = true;
    await world.rds.save();
    void settle(world, database.resourceId);
    return { DBInstance: databaseShape(world, database) };
  },
);
