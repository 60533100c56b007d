import { randomBytes } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { syncDirectory } from "../../../durable-files.ts";
import type { Blob } from "./records.ts";

const pieceBytes = 256 * 1024;
const batchBytes = 1024 * 1024;

/**
 * A bucket's bytes, one file per upload. A file is written under its last name at once: nobody sees it before a
 * record names it, and those that no record names are removed at the next start.
 */
export class BlobStore {
  /** How many streams read a blob now; a blob that is removed meanwhile stays until the last one closed. */
  private readonly readers = new Map<string, number>();
  private readonly doomed = new Set<string>();

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** Removes what a killed process left behind. To be called before the first request. */
  sweep(known: ReadonlySet<string>): void {
    for (const name of readdirSync(this.directory)) {
      if (!known.has(name)) rmSync(join(this.directory, name), { force: true });
    }
  }

  /** Streams to disk; what is returned is durable. Nothing stays when the source fails or `check` throws. */
  async write(
    source: AsyncIterable<Uint8Array>,
    onPiece: (piece: Uint8Array) => void,
    check: (sizeBytes: number) => void,
  ): Promise<Blob> {
    const id = randomBytes(16).toString("hex");
    const file = join(this.directory, id);
    let sizeBytes = 0;
    const handle = await open(file, "wx", 0o600);
    const writer = new BatchWriter(handle);
    try {
      try {
        for await (const piece of source) {
          await writer.add(piece);
          onPiece(piece);
          sizeBytes += piece.length;
        }
        await writer.finish();
        check(sizeBytes);
        await handle.sync();
      } finally {
        await writer.settle();
        await handle.close();
      }
      await syncDirectory(this.directory);
    } catch (error) {
      await rm(file, { force: true }).catch(() => {});
      throw error;
    }
    return { id, sizeBytes };
  }

  /** The bytes from `start` on of the blobs put together. */
  read(blobs: readonly Blob[], start: number, length: number): Readable {
    for (const { id } of blobs) this.readers.set(id, (this.readers.get(id) ?? 0) + 1);
    const stream = Readable.from(this.pieces(blobs, start, length), { objectMode: false, highWaterMark: pieceBytes });
    // Not in the generator: one that was never started does not run its `finally`.
    stream.once("close", () => blobs.forEach(({ id }) => this.release(id)));
    return stream;
  }

  /** Never rejects: nothing names these bytes any more, and what stays is swept at the next start. */
  async remove(blobs: readonly Blob[]): Promise<void> {
    for (const { id } of blobs) {
      if (this.readers.has(id)) this.doomed.add(id);
      else await rm(join(this.directory, id), { force: true }).catch(() => {});
    }
  }

  private async *pieces(blobs: readonly Blob[], start: number, length: number): AsyncGenerator<Buffer> {
    let skip = start;
    let left = length;
    for (const { id, sizeBytes } of blobs) {
      if (left === 0) return;
      if (skip >= sizeBytes) {
        skip -= sizeBytes;
        continue;
      }
      const end = Math.min(sizeBytes, skip + left);
      const handle = await open(join(this.directory, id), "r");
      try {
        for (let at = skip; at < end;) {
          const { bytesRead, buffer } = await handle.read(
            Buffer.allocUnsafe(Math.min(pieceBytes, end - at)),
            0,
            null,
            at,
          );
          if (bytesRead === 0) throw new Error(`blob ${id} is shorter than its record says`);
          yield buffer.subarray(0, bytesRead);
          at += bytesRead;
        }
      } finally {
        await handle.close();
      }
      left -= end - skip;
      skip = 0;
    }
  }

  private release(id: string): void {
    const readers = (this.readers.get(id) ?? 1) - 1;
    if (readers > 0) {
      this.readers.set(id, readers);
      return;
    }
    this.readers.delete(id);
    if (this.doomed.delete(id)) rmSync(join(this.directory, id), { force: true });
  }
}

/**
 * Writes one batch while the next one arrives and is hashed: the disk and the processor work at the same time. At most two
 * batches are in memory.
 */
class BatchWriter {
  private batch: Uint8Array[] = [];
  private batchedBytes = 0;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly handle: FileHandle) {}

  async add(piece: Uint8Array): Promise<void> {
    this.batch.push(piece);
    this.batchedBytes += piece.length;
    if (this.batchedBytes >= batchBytes) await this.flush();
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.writing;
  }

  /** Waits until the file is no longer in use, whatever has become of it. */
  async settle(): Promise<void> {
    await this.writing.catch(() => {});
  }

  /** Throws what the batch before met. */
  private async flush(): Promise<void> {
    await this.writing;
    const pieces = this.batch;
    this.batch = [];
    this.batchedBytes = 0;
    this.writing = writeAll(this.handle, pieces);
    // Whoever comes next gets it; until then nobody waits.
    this.writing.catch(() => {});
  }
}

async function writeAll(handle: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  let left = pieces;
  while (left.length > 0) left = behind(left, (await handle.writev([...left])).bytesWritten);
}

/** What a write that took only so many bytes has left. */
function behind(pieces: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let written = bytes;
  for (const [index, piece] of pieces.entries()) {
    if (written < piece.length) return [piece.subarray(written), ...pieces.slice(index + 1)];
    written -= piece.length;
  }
  return [];
}
