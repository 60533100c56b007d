import {
  CreateDBSnapshot$,
  type CreateDBSnapshotCommandInput,
  type CreateDBSnapshotCommandOutput,
} from "@aws-sdk/client-rds";
import { action, type ActionOutput } from "../../wire/action.ts";
import { checkIdentifier } from "../checks.ts";
import { notAvailable, snapshotExists } from "../errors.ts";
import { getDatabase } from "../find.ts";
import { settle } from "../keep.ts";
import { snapshotShape } from "../shapes.ts";
import { newSnapshot } from "../snapshots.ts";
import { checkTags, putTags, tagList } from "../tags.ts";

export const createSnapshot = action(
  CreateDBSnapshot$,
  async (input: CreateDBSnapshotCommandInput, { world }): Promise<ActionOutput<CreateDBSnapshotCommandOutput>> => {
    const { rds } = world;
    const id = checkIdentifier("DBSnapshotIdentifier", input.DBSnapshotIdentifier, 255);
    checkTags(input.Tags);
    const database = getDatabase(world, input.DBInstanceIdentifier);
    if (Object.hasOwn(rds.data.snapshots, id)) throw snapshotExists(id);
    if (database.status !== "available") throw notAvailable(database.id);
    const snapshot = newSnapshot(world, database, { id, type: "manual" });
    rds.data.snapshots[id] = snapshot;
    if (database.copyTagsToSnapshot) putTags(rds.data, snapshot.arn, tagList(rds.data, database.arn));
    putTags(rds.data, snapshot.arn, input.Tags);
    database.status = "backing-up";
    await rds.save();
    void settle(world, database.resourceId);
    return { DBSnapshot: snapshotShape(world, snapshot) };
  },
);
