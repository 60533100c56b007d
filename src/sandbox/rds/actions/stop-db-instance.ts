import {
  StopDBInstance$,
  type StopDBInstanceCommandInput,
  type StopDBInstanceCommandOutput,
} from "@aws-sdk/client-rds";
import { action, type ActionOutput } from "../../wire/action.ts";
import { checkIdentifier } from "../checks.ts";
import { notAvailable, snapshotExists } from "../errors.ts";
import { getDatabase } from "../find.ts";
import { settle } from "../keep.ts";
import { databaseShape } from "../shapes.ts";
import { newSnapshot } from "../snapshots.ts";

export const stopDatabase = action(
  StopDBInstance$,
  async (input: StopDBInstanceCommandInput, { world }): Promise<ActionOutput<StopDBInstanceCommandOutput>> => {
    const { rds } = world;
    const database = getDatabase(world, input.DBInstanceIdentifier);
    if (database.status !== "available") throw notAvailable(database.id);
    if (input.DBSnapshotIdentifier) {
      const id = checkIdentifier("DBSnapshotIdentifier", input.DBSnapshotIdentifier, 255);
      if (Object.hasOwn(rds.data.snapshots, id)) throw snapshotExists(id);
      rds.data.snapshots[id] = newSnapshot(world, database, { id, type: "manual" });
    }
    database.status = "stopping";
    await rds.save();
    void settle(world, database.resourceId);
    return { DBInstance: databaseShape(world, database) };
  },
);
