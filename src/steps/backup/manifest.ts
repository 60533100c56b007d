import { z } from "zod";
import { Lecture05Error } from "../../errors.ts";
import type { ObjectStorage } from "../../ports/object-storage.ts";
import { shown } from "../../text.ts";
import { manifestPrefix } from "./settings.ts";

const fileSchema = z.object({ key: z.string(), sha256: z.string(), sizeBytes: z.number() });
const tableSchema = z.object({ name: z.string(), rows: z.number(), digest: z.string() });

/** What the host writes last, when all that it names is there. */
const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  /** "2026-01-02T03-04-05Z": its time, in a form that keys can have. */
  id: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/),
  takenAt: z.iso.datetime(),
  /** The instance that took it. */
  host: z.string(),
  /** As Rails calls it: SQLite, Trilogy. */
  database: z.string(),
  migrations: z.array(z.string()),
  tables: z.array(tableSchema),
  dump: fileSchema,
  inventory: fileSchema,
  objects: z.object({
    bucket: z.string(),
    count: z.number(),
    sizeBytes: z.number(),
    /** Pictures that rows name and the bucket has not: they lie on a host's disk since before step s3, or nowhere. */
    missing: z.number(),
  }),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type TableFacts = z.infer<typeof tableSchema>;

export const tablesSchema = z.array(tableSchema);

export const rowsOf = ({ tables }: Pick<Manifest, "tables">): number => tables.reduce((sum, { rows }) => sum + rows, 0);

/** What a backup takes: its files, and the pictures, though several backups may share those. */
export const sizeOf = ({ dump, inventory, objects }: Manifest): number =>
  dump.sizeBytes + inventory.sizeBytes + objects.sizeBytes;

/** "fruits 3 0f1e2d…, …": one text for people and comparisons. */
export const tablesText = (tables: readonly TableFacts[]): string =>
  tables.map(({ name, rows, digest }) => `${name} ${rows} ${digest}`).join(", ");

const idOf = (key: string): string => key.slice(manifestPrefix.length).replace(/\.json$/, "");

type Reader = Pick<ObjectStorage, "listObjects" | "getObject">;

/** Ids of the backups that are whole, the newest first. */
export async function backupIds(storage: Reader, bucket: string): Promise<string[]> {
  const found = await storage.listObjects(bucket, manifestPrefix);
  return found.map(({ key }) => idOf(key)).toSorted((one, other) => (one < other ? 1 : -1));
}

/** Undefined when it is gone; throws for one that is not as hosts write it. */
export async function readManifest(storage: Reader, bucket: string, id: string): Promise<Manifest | undefined> {
  const bytes = await storage.getObject(bucket, `${manifestPrefix}${id}.json`);
  if (!bytes) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch (cause) {
    throw new Lecture05Error("BACKUP_UNUSABLE", {
      what: { en: `The backup ${shown(id)} cannot be read`, ja: `バックアップ ${shown(id)} を読み取れません` },
      why: {
        en: `Its manifest in the bucket ${bucket} is not as lecture05 writes it`,
        ja: `バケット ${bucket} のマニフェストが lecture05 の形式ではありません`,
      },
      next: ["lecture05 backup", "lecture05 backup now"],
      cause,
    });
  }
}

export async function newestManifest(storage: Reader, bucket: string): Promise<Manifest | undefined> {
  const [newest] = await backupIds(storage, bucket);
  return newest === undefined ? undefined : readManifest(storage, bucket, newest);
}

/** The backup that was asked for: latest, its id, or the last one before a moment. */
export function chooseBackup(ids: readonly string[], from: string): string | undefined {
  if (from === "latest") return ids[0];
  if (ids.includes(from)) return from;
  const moment = Date.parse(from);
  return Number.isNaN(moment) ? undefined : ids.find((id) => timeOf(id) <= moment);
}

/** Of an id. */
export const timeOf = (id: string): number => Date.parse(id.replace(/T(\d\d)-(\d\d)-/, "T$1:$2:"));
