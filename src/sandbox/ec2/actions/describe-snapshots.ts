import {
  DescribeSnapshots$,
  type DescribeSnapshotsCommandInput,
  type DescribeSnapshotsCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import type { FilterFields } from "../filter.ts";
import { kinds } from "../find.ts";
import type { SnapshotRecord } from "../records.ts";
import { selectPage } from "../select.ts";
import { snapshotShape } from "../shapes.ts";

const fields: FilterFields<SnapshotRecord> = {
  description: (snapshot) => snapshot.description,
  encrypted: (snapshot) => snapshot.encrypted,
  "owner-id": () => sandboxAccount,
  progress: (snapshot) => (snapshot.state === "completed" ? "100%" : "0%"),
  "snapshot-id": (snapshot) => snapshot.id,
  "start-time": (snapshot) => snapshot.startedAt,
  status: (snapshot) => snapshot.state,
  "storage-tier": () => "standard",
  "volume-id": (snapshot) => snapshot.volumeId,
  "volume-size": (snapshot) => snapshot.sizeGib,
};

/** The account's own: those of images of its hosts. */
export const describeSnapshots = action(
  DescribeSnapshots$,
  (input: DescribeSnapshotsCommandInput, { world: { ec2 } }) => {
    const { OwnerIds: owners, SnapshotIds: ids } = input;
    const isOwn = !owners?.length || owners.includes("self") || owners.includes(sandboxAccount);
    const { items, NextToken } = selectPage(ec2, input, {
      records: isOwn ? ec2.data.snapshots : {},
      kind: kinds.snapshot,
      ids,
      fields,
    });
    const Snapshots = items.map((snapshot) => snapshotShape(ec2.data, snapshot));
    return { Snapshots, NextToken } satisfies ActionOutput<DescribeSnapshotsCommandOutput>;
  },
);
