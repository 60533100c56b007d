import { DeleteObjectsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import {
  allowEveryBucket,
  allowOnly,
  removePublicAccessBlock,
  suspendVersioning,
  toS3,
} from "../../support/stack-aws.ts";
import { onHost, type Stack } from "../../support/stack.ts";
import { awaitSocket, editedSite, type Breakage } from "./breakage.ts";

/** The step itself puts the bucket and the role's policy right. */
const stepS3 = ({ tool }: Stack): Promise<string> => tool.ok("step", "s3");

const pictures = (service: string): string =>
  `sed -i 's/^ACTIVE_STORAGE_SERVICE=.*/ACTIVE_STORAGE_SERVICE=${service}/' /etc/lecture05/env.d/50-s3.env && systemctl restart puma && ${awaitSocket}`;

/** A location that swallows the application's own addresses, as people copy it from elsewhere. */
const hiddenPath = (part: string) =>
  editedSite(`/^ *listen 80 default_server/i location ^~ /rails/active_storage/${part}/ { return 404; }`);

export const s3Breakages: readonly Breakage[] = [
  {
    what: "the public access block is gone",
    proves: { s3: ["bucket-private"] },
    breakIt: removePublicAccessBlock,
    repair: stepS3,
  },
  {
    what: "versioning is suspended",
    proves: { s3: ["bucket-versioned"] },
    breakIt: suspendVersioning,
    repair: stepS3,
  },
  {
    what: "the role may use every bucket",
    proves: { s3: ["role-least-privilege"] },
    breakIt: allowEveryBucket,
    repair: stepS3,
  },
  { what: "the role may not put", proves: { s3: ["upload"] }, breakIt: allowOnly("s3:GetObject"), repair: stepS3 },
  {
    what: "the role may not delete",
    proves: { s3: ["object-deleted"] },
    breakIt: allowOnly("s3:PutObject", "s3:GetObject"),
    repair: stepS3,
  },
  {
    what: "pictures still go to the local disk",
    proves: { s3: ["object-stored"] },
    breakIt: pictures("local"),
    repair: pictures("amazon"),
  },
  { what: "Nginx keeps originals to itself", proves: { s3: ["object-served"] }, ...hiddenPath("blobs") },
  {
    what: "Nginx keeps reduced pictures to itself",
    proves: { s3: ["variant-served"] },
    ...hiddenPath("representations"),
  },
  {
    what: "there are no log files",
    proves: { s3: ["logs-shipped"] },
    async breakIt(stack) {
      await onHost(stack, "systemctl stop lecture05-ship-logs.timer");
      await removeLogs(stack);
    },
    repair:
      "systemctl start lecture05-ship-logs.timer && curl -s -o /dev/null http://127.0.0.1/up && systemctl start lecture05-ship-logs.service",
  },
];

async function removeLogs(stack: Stack): Promise<void> {
  const client = await toS3(stack);
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: stack.bucket, Prefix: "logs/" }));
  if (Contents.length === 0) throw new Error("there was no log file before");
  const Objects = Contents.map(({ Key }) => ({ Key }));
  await client.send(new DeleteObjectsCommand({ Bucket: stack.bucket, Delete: { Objects } }));
}
