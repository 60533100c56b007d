import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { z } from "zod";
import type { ObjectStorage } from "../../ports/object-storage.ts";
import type { Manifest, TableFacts } from "./manifest.ts";

type Reader = Pick<ObjectStorage, "getObject">;

/** A picture as it was, and the version of its copy. */
const inventorySchema = z.object({
  key: z.string(),
  size: z.number(),
  etag: z.string(),
  version: z.string(),
  copyEtag: z.string(),
});

export type InventoryLine = z.infer<typeof inventorySchema>;

/** Why a file of a backup cannot be used, in words of `observed.ts`. */
export type Unusable = "absent" | "another SHA-256" | "cannot be opened";

/**
 * Opens the dump as a restore would, and counts and hashes what is in there. The digests are over the very lines, whose
 * form is the one that hosts hash rows in.
 */
export async function openDump(
  storage: Reader,
  bucket: string,
  { dump }: Pick<Manifest, "dump">,
): Promise<TableFacts[] | Unusable> {
  const tables: { name: string; rows: number; digest: ReturnType<typeof createHash> }[] = [];
  const outcome = await eachLine(storage, bucket, dump, (line) => {
    if (line.startsWith("[")) {
      const [, name] = z.tuple([z.literal("table"), z.string()]).parse(JSON.parse(line));
      tables.push({ name, rows: 0, digest: createHash("sha256") });
      return;
    }
    const table = tables.at(-1);
    if (!table) throw new Error("a row before the first table");
    table.rows += 1;
    table.digest.update(`${line}\n`);
  });
  if (outcome !== undefined) return outcome;
  return tables.map(({ name, rows, digest }) => ({ name, rows, digest: digest.digest("hex").slice(0, 16) }));
}

export async function openInventory(
  storage: Reader,
  bucket: string,
  { inventory }: Pick<Manifest, "inventory">,
): Promise<InventoryLine[] | Unusable> {
  const lines: InventoryLine[] = [];
  const outcome = await eachLine(storage, bucket, inventory, (line) =>
    lines.push(inventorySchema.parse(JSON.parse(line))),
  );
  return outcome ?? lines;
}

async function eachLine(
  storage: Reader,
  bucket: string,
  { key, sha256 }: Manifest["dump"],
  take: (line: string) => void,
): Promise<Unusable | undefined> {
  const bytes = await storage.getObject(bucket, key);
  if (!bytes) return "absent";
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) return "another SHA-256";
  try {
    for await (const line of linesIn(Readable.from([Buffer.from(bytes)]).pipe(createGunzip()))) take(line);
    return undefined;
  } catch {
    return "cannot be opened";
  }
}

/** By the line feed alone: Node's own reader takes more for the end of a line than JSON does (U+2028). */
async function* linesIn(stream: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    let from = 0;
    const pending = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = pending.indexOf(10); end >= 0; end = pending.indexOf(10, from)) {
      yield pending.toString("utf8", from, end);
      from = end + 1;
    }
    rest = pending.subarray(from);
  }
  if (rest.length > 0) throw new Error("it ends within a line");
}
