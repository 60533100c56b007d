import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

export type Rows = Record<string, object[]>;

const lineOf = (row: object): string => `${JSON.stringify(row)}\n`;

/** Of each table, as a host counts and hashes it. */
export const factsOf = (rows: Rows) =>
  Object.entries(rows)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, all]) => ({
      name,
      rows: all.length,
      digest: createHash("sha256").update(all.map(lineOf).join("")).digest("hex").slice(0, 16),
    }));

interface Backup {
  readonly s3: S3Client;
  readonly pictures: string;
  readonly bucket: string;
  /** Who takes it. */
  readonly host: string;
  readonly rows: Rows;
  readonly now: Date;
  /** Called when all is there but the manifest. */
  readonly beforeManifest?: () => void;
}

/** What the program on the hosts writes, in the same order. Returns the manifest. */
export async function writeBackup({ s3, pictures, bucket, host, rows, now, beforeManifest }: Backup): Promise<string> {
  const takenAt = now.toISOString().replace(/\.\d+/, "");
  const id = takenAt.replaceAll(":", "-");
  const lines: object[] = [];
  const present = new Set<string>();
  const objectsIn = async (Bucket: string, Prefix?: string) =>
    (await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? [];
  const packed = async (Key: string, text: string) => {
    const Body = gzipSync(text);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    return { key: Key, sha256: createHash("sha256").update(Body).digest("hex"), sizeBytes: Body.length };
  };
  for (const { Key: key = "", Size: size, ETag } of await objectsIn(pictures)) {
    if (key.startsWith("logs/")) continue;
    present.add(key);
    const copy = { Bucket: bucket, Key: `objects/${key}`, CopySource: `${pictures}/${key}` };
    const { VersionId: version, CopyObjectResult } = await s3.send(new CopyObjectCommand(copy));
    const copyEtag = CopyObjectResult?.ETag?.replaceAll('"', "");
    lines.push({ key, size, etag: ETag?.replaceAll('"', ""), version, copyEtag });
  }
  for (const { Key = "" } of await objectsIn(bucket, "objects/")) {
    if (present.has(Key.slice("objects/".length))) continue;
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  }
  const dump = Object.keys(rows)
    .toSorted()
    .map((name) => `${JSON.stringify(["table", name])}\n${(rows[name] ?? []).map(lineOf).join("")}`);
  const manifest = {
    schemaVersion: 1,
    id,
    takenAt,
    host,
    database: "SQLite",
    migrations: ["1"],
    tables: factsOf(rows),
    dump: await packed(`rows/${id}.ndjson.gz`, dump.join("")),
    inventory: await packed(`inventory/${id}.ndjson.gz`, lines.map(lineOf).join("")),
    objects: { bucket: pictures, count: lines.length, sizeBytes: 0, missing: 0 },
  };
  beforeManifest?.();
  const Body = JSON.stringify(manifest);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `manifests/${id}.json`, Body }));
  return Body;
}
