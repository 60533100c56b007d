import {
  DeleteDBSnapshot$,
  type DeleteDBSnapshotCommandInput,
  type DeleteDBSnapshotCommandOutput,
} from "@aws-sdk/client-rds";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { getSnapshot } from "../find.ts";
import { snapshotShape } from "../shapes.ts";
import { removeSnapshots } from "../snapshots.ts";

export const deleteSnapshot = action(
  DeleteDBSnapshot$,
  async (input: DeleteDBSnapshotCommandInput, { world }): Promise<ActionOutput<DeleteDBSnapshotCommandOutput>> => {
    const { rds } = world;
    const snapshot = getSnapshot(world, input.DBSnapshotIdentifier);
    const { id, storageId, status, type } = snapshot;
    const isInUse = Object.values(rds.data.databases).some((it) => it.status === "creating" && it.origin === storageId);
    if (type === "automated" || status === "creating" || status === "deleting" || isInUse) {
      const why = type === "automated" ? "it is an automated one" : `it is in the ${isInUse ? "in-use" : status} state`;
      throw new AwsError("InvalidDBSnapshotState", `Cannot delete the snapshot ${id}: ${why}.`);
    }
    snapshot.status = "deleting";
    await world.rds.save();
    const DBSnapshot = { ...snapshotShape(world, snapshot), Status: "deleted" };
    // What fails here is done at the daemon's next start.
    await removeSnapshots(world, [snapshot]).catch((error: unknown) => {
      world.log({ level: "error", event: "snapshot-not-removed", snapshot: id, error: String(error) });
    });
    return { DBSnapshot };
  },
);
