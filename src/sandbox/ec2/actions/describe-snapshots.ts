import {
  DescribeSnapshots$,
  type DescribeSnapshotsCommandInput,
  type DescribeSnapshotsCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";

/** There are no snapshots: volumes are records only, and an image is a commit of the container. */
export const describeSnapshots = action(DescribeSnapshots$, (input: DescribeSnapshotsCommandInput) => {
  const [id] = input.SnapshotIds ?? [];
  if (id !== undefined) throw new AwsError("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`);
  return { Snapshots: [] } satisfies ActionOutput<DescribeSnapshotsCommandOutput>;
});
