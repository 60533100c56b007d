import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { removeTemporaries, syncDirectory, writeDurably } from "../../../durable-files.ts";
import { KeyedLock } from "../../keyed-lock.ts";
import { readJson } from "../../read-json.ts";
import type { PartRecord, UploadRecord } from "./records.ts";

export interface Upload {
  readonly record: UploadRecord;
  readonly parts: Map<number, PartRecord>;
}

const uploadFile = "upload.json";

/** A bucket's multipart uploads in progress: one directory each, one small file per part beside `upload.json`. */
export class UploadStore {
  private readonly uploads = new Map<string, Upload>();
  /** Parts of one upload are committed one after another, and never beside its completion. */
  readonly lock = new KeyedLock();

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const uploadId of readdirSync(directory)) {
      const upload = readUpload(join(directory, uploadId));
      if (upload) this.uploads.set(uploadId, upload);
      else rmSync(join(directory, uploadId), { recursive: true, force: true });
    }
  }

  get isEmpty(): boolean {
    return this.uploads.size === 0 && !this.lock.isBusy;
  }

  all(): Upload[] {
    return [...this.uploads.values()];
  }

  find(uploadId: string): Upload | undefined {
    return this.uploads.get(uploadId);
  }

  async create(upload: Omit<UploadRecord, "uploadId">): Promise<UploadRecord> {
    const record = { ...upload, uploadId: randomBytes(48).toString("base64url") };
    const directory = join(this.directory, record.uploadId);
    try {
      await mkdir(directory, { mode: 0o700 });
      await writeDurably(directory, uploadFile, JSON.stringify(record));
      await syncDirectory(this.directory);
    } catch (error) {
      await rm(directory, { recursive: true, force: true }).catch(() => {});
      throw error;
    }
    this.uploads.set(record.uploadId, { record, parts: new Map() });
    return record;
  }

  /** Returns the part of the same number that this one replaces. Call with the upload's lock held. */
  async putPart(upload: Upload, part: PartRecord): Promise<PartRecord | undefined> {
    const replaced = upload.parts.get(part.number);
    await writeDurably(join(this.directory, upload.record.uploadId), `${part.number}.json`, JSON.stringify(part));
    upload.parts.set(part.number, part);
    return replaced;
  }

  /** It goes as a whole: without `upload.json` the rest is rubbish, also for the next start. Call with the upload's lock held. */
  async remove(upload: Upload): Promise<void> {
    const directory = join(this.directory, upload.record.uploadId);
    await rm(join(directory, uploadFile), { force: true });
    this.uploads.delete(upload.record.uploadId);
    await syncDirectory(directory);
    await rm(directory, { recursive: true, force: true }).catch(() => {});
  }

  /** For the start, before the first request. */
  removeNow(upload: Upload): void {
    this.uploads.delete(upload.record.uploadId);
    rmSync(join(this.directory, upload.record.uploadId), { recursive: true, force: true });
  }
}

/** Undefined for one that was being created or removed when the process was killed. */
function readUpload(directory: string): Upload | undefined {
  removeTemporaries(directory);
  const names = readdirSync(directory);
  if (!names.includes(uploadFile)) return undefined;
  const read = (name: string): unknown => readJson(join(directory, name));
  const parts = names.filter((name) => /^\d+\.json$/.test(name)).map((name) => read(name) as PartRecord);
  return { record: read(uploadFile) as UploadRecord, parts: new Map(parts.map((part) => [part.number, part])) };
}
