import {
  DeleteDBInstance$,
  type DeleteDBInstanceCommandInput,
  type DeleteDBInstanceCommandOutput,
} from "@aws-sdk/client-rds";
import { action, type ActionOutput } from "../../wire/action.ts";
import type { World } from "../../world.ts";
import { checkIdentifier } from "../checks.ts";
import { invalidCombination, invalidState, notSupported, snapshotExists } from "../errors.ts";
import { getDatabase } from "../find.ts";
import { settle } from "../keep.ts";
import type { DatabaseRecord } from "../records.ts";
import { databaseShape } from "../shapes.ts";
import { newSnapshot } from "../snapshots.ts";
import { putTags, tagList } from "../tags.ts";

/** Answers "deleting"; the database is gone once its server, storage and interfaces are. */
export const deleteDatabase = action(
  DeleteDBInstance$,
  async (input: DeleteDBInstanceCommandInput, { world }): Promise<ActionOutput<DeleteDBInstanceCommandOutput>> => {
    const { rds } = world;
    const database = getDatabase(world, input.DBInstanceIdentifier);
    if (database.status === "deleting") throw invalidState(`Instance ${database.id} is already being deleted.`);
    if (database.deletionProtection) {
      throw invalidCombination(
        "Cannot delete protected DB Instance, please disable deletion protection and try again.",
      );
    }
    if (input.DeleteAutomatedBackups === false) throw notSupported("automated backups that outlive their database");
    const snapshotId = checkFinalSnapshot(world, database, input);
    database.status = "deleting";
    if (snapshotId !== undefined) {
      const snapshot = newSnapshot(world, database, { id: snapshotId, type: "manual" });
      rds.data.snapshots[snapshotId] = snapshot;
      if (database.copyTagsToSnapshot) putTags(rds.data, snapshot.arn, tagList(rds.data, database.arn));
    }
    await rds.save();
    void settle(world, database.resourceId);
    return { DBInstance: databaseShape(world, database) };
  },
);

/** Its name, unless there is to be none: that has to be said, too. */
function checkFinalSnapshot(
  { rds }: World,
  { status }: DatabaseRecord,
  input: DeleteDBInstanceCommandInput,
): string | undefined {
  const { SkipFinalSnapshot: isSkipped = false, FinalDBSnapshotIdentifier: name } = input;
  if (isSkipped) {
    if (!name) return undefined;
    throw invalidCombination("FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is enabled.");
  }
  if (!name) throw invalidCombination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
  const id = checkIdentifier("FinalDBSnapshotIdentifier", name, 255);
  if (Object.hasOwn(rds.data.snapshots, id)) throw snapshotExists(id);
  if (status === "creating" || status === "failed") {
    throw invalidState(`A final snapshot cannot be created when the DB instance is in the ${status} state.`);
  }
  return id;
}
