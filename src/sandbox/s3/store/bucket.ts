import { createHash } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BlobStore } from "./blob-store.ts";
import { type BucketConfig, parseBucketConfig } from "./bucket-config.ts";
import { removeTemporaries, syncDirectory, UnconfirmedWriteError, writeDurably } from "../../../durable-files.ts";
import { KeyedLock } from "../../keyed-lock.ts";
import { readJson } from "../../read-json.ts";
import { ObjectIndex } from "./object-index.ts";
import type { ObjectContents, ObjectFacts, ObjectVersion, VersionRecord } from "./records.ts";
import { UploadStore, type Upload } from "./upload-store.ts";
import { newVersionId } from "./version-id.ts";

export const configFile = "bucket.json";

/** Looks at the key's latest version before a write; throws to refuse the write. */
export type Precondition = (latest: VersionRecord | undefined) => void;

interface Clockwork {
  now(): Date;
  nextSequence(): number;
}

/**
 * One bucket on disk: `bucket.json`, `blobs/` with the bytes, `records/` with one small file per version, `uploads/`.
 * A version exists from the moment its record is renamed into place, so what was acknowledged is there after kill -9
 * and what was not is never seen. File names come from hashes, never from keys.
 */
export class Bucket {
  readonly index: ObjectIndex;
  readonly blobs: BlobStore;
  readonly uploads: UploadStore;
  private settings: BucketConfig;
  private readonly records: string;
  private readonly commits = new KeyedLock();
  private readonly configWrites = new KeyedLock();

  constructor(
    private readonly directory: string,
    private readonly clockwork: Clockwork,
  ) {
    this.settings = readJson(join(directory, configFile), parseBucketConfig) as BucketConfig;
    this.records = join(directory, "records");
    mkdirSync(this.records, { recursive: true, mode: 0o700 });
    removeTemporaries(directory);
    removeTemporaries(this.records);
    this.blobs = new BlobStore(join(directory, "blobs"));
    this.uploads = new UploadStore(join(directory, "uploads"));
    const records = readRecords(this.records);
    this.index = new ObjectIndex(records);
    this.recover(records);
  }

  get config(): BucketConfig {
    return this.settings;
  }

  /** No version, marker or upload, and none about to be. */
  get isEmpty(): boolean {
    return this.index.keys.length === 0 && this.uploads.isEmpty && !this.commits.isBusy;
  }

  get highestSequence(): number {
    return this.index.keys.reduce((highest, key) => Math.max(highest, this.index.latest(key)?.sequence ?? 0), 0);
  }

  async configure(change: Partial<BucketConfig>): Promise<void> {
    await this.configWrites.run(configFile, async () => {
      const settings = { ...this.settings, ...change };
      const write = writeDurably(this.directory, configFile, JSON.stringify(settings));
      await inPlace(write, () => (this.settings = settings));
    });
  }

  /** Makes bytes that are on disk already the key's latest version. When it throws, the bytes are removed. */
  async put(key: string, facts: ObjectFacts, contents: ObjectContents, check: Precondition): Promise<ObjectVersion> {
    try {
      return await this.putKeeping(key, facts, contents, check);
    } catch (error) {
      // A record that is in place names its bytes, whether or not the disk confirmed it.
      if (!(error instanceof UnconfirmedWriteError)) await this.blobs.remove(contents.blobs);
      throw error;
    }
  }

  /** Turns an upload into an object. When it throws, the upload is as it was. Call with the upload's lock held. */
  async complete(upload: Upload, contents: ObjectContents, check: Precondition): Promise<ObjectVersion> {
    const { key, facts } = upload.record;
    const version = await this.putKeeping(key, facts, contents, check);
    const used = new Set(contents.blobs.map(({ id }) => id));
    await this.uploads.remove(upload);
    await this.blobs.remove([...upload.parts.values()].map(({ blob }) => blob).filter(({ id }) => !used.has(id)));
    return version;
  }

  /** DELETE without a version id: a marker where versions are kept, else the object goes. */
  deleteLatest(key: string, check: Precondition): Promise<VersionRecord | undefined> {
    return this.commits.run(key, async () => {
      const latest = this.index.latest(key);
      check(latest);
      if (this.settings.versioning === undefined) {
        if (latest) await this.erase(latest);
        return undefined;
      }
      return this.commit({ key, deleteMarker: true, ...this.place() });
    });
  }

  /** Removes one version or marker for good; returns what it was. */
  deleteVersion(key: string, versionId: string, check: Precondition): Promise<VersionRecord | undefined> {
    return this.commits.run(key, async () => {
      const record = this.index.find(key, versionId);
      check(record);
      if (record) await this.erase(record);
      return record;
    });
  }

  /** Replaces facts of a version that stays where it is in the history. */
  update(key: string, versionId: string, facts: Partial<ObjectFacts>): Promise<void> {
    return this.commits.run(key, async () => {
      const record = this.index.find(key, versionId);
      if (record && !record.deleteMarker) await this.store({ ...record, ...facts });
    });
  }

  private putKeeping(
    key: string,
    facts: ObjectFacts,
    contents: ObjectContents,
    check: Precondition,
  ): Promise<ObjectVersion> {
    return this.commits.run(key, async () => {
      check(this.index.latest(key));
      return this.commit({ key, ...this.place(), ...facts, ...contents });
    });
  }

  private place(): { versionId: string; sequence: number; lastModified: string } {
    const sequence = this.clockwork.nextSequence();
    return {
      versionId: this.settings.versioning === "Enabled" ? newVersionId(sequence) : "null",
      sequence,
      lastModified: this.clockwork.now().toISOString(),
    };
  }

  private async commit<T extends VersionRecord>(record: T): Promise<T> {
    const replaced = await this.store(record);
    if (replaced && !replaced.deleteMarker) await this.blobs.remove(replaced.blobs);
    return record;
  }

  private async store(record: VersionRecord): Promise<VersionRecord | undefined> {
    const write = writeDurably(this.records, recordFile(record.key, record.versionId), JSON.stringify(record));
    return inPlace(write, () => this.index.put(record));
  }

  private async erase(record: VersionRecord): Promise<void> {
    await rm(join(this.records, recordFile(record.key, record.versionId)), { force: true });
    this.index.remove(record.key, record.versionId);
    await syncDirectory(this.records);
    if (!record.deleteMarker) await this.blobs.remove(record.blobs);
  }

  /** Finishes completions that a kill cut short, then removes bytes that nobody names. */
  private recover(records: readonly VersionRecord[]): void {
    const objects = records.filter((record) => !record.deleteMarker);
    const completed = new Set(objects.map(({ uploadId }) => uploadId));
    for (const upload of this.uploads.all()) {
      if (completed.has(upload.record.uploadId)) this.uploads.removeNow(upload);
    }
    const known = new Set(objects.flatMap(({ blobs }) => blobs.map(({ id }) => id)));
    for (const { parts } of this.uploads.all()) for (const { blob } of parts.values()) known.add(blob.id);
    this.blobs.sweep(known);
  }
}

/** Memory says what the file says: also when the file has changed, but the disk did not confirm it. */
async function inPlace<T>(write: Promise<void>, takeOver: () => T): Promise<T> {
  try {
    await write;
  } catch (error) {
    if (error instanceof UnconfirmedWriteError) takeOver();
    throw error;
  }
  return takeOver();
}

function recordFile(key: string, versionId: string): string {
  return `${createHash("sha256").update(`${versionId}\0${key}`).digest("hex")}.json`;
}

function readRecords(directory: string): VersionRecord[] {
  const names = readdirSync(directory).filter((name) => name.endsWith(".json"));
  return names.map((name) => readJson(join(directory, name)) as VersionRecord);
}
