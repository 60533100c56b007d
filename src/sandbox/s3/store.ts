import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Bucket, configFile } from "./store/bucket.ts";
import { newBucketConfig, type BucketConfig } from "./store/bucket-config.ts";
import { makeLastingDirectory, syncDirectory, writeDurably } from "../../durable-files.ts";
import { KeyedLock } from "../keyed-lock.ts";

/** All buckets. Everything but the bytes is in memory too, read once at the start. */
export class S3Store {
  private readonly buckets = new Map<string, Bucket>();
  /** A name is created or removed by one request at a time. */
  private readonly names = new KeyedLock();
  private readonly root: string;
  private readonly trash: string;
  private sequence: number;

  constructor(
    home: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.root = join(home, "s3", "buckets");
    this.trash = join(home, "s3", "trash");
    makeLastingDirectory(this.root);
    rmSync(this.trash, { recursive: true, force: true });
    makeLastingDirectory(this.trash);
    for (const name of readdirSync(this.root)) {
      // Without its settings it was never acknowledged.
      if (existsSync(join(this.root, name, configFile))) this.buckets.set(name, this.open(name));
      else rmSync(join(this.root, name), { recursive: true, force: true });
    }
    this.sequence = Math.max(0, ...this.all().map((bucket) => bucket.highestSequence));
  }

  /** In the order of their names. */
  all(): Bucket[] {
    return [...this.buckets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bucket]) => bucket);
  }

  find(name: string): Bucket | undefined {
    return this.buckets.get(name);
  }

  /** The bucket of this name, and whether this call made it. The name must be valid: it is used as a directory's. */
  create(
    name: string,
    region: string,
    settings: Partial<BucketConfig> = {},
  ): Promise<{ bucket: Bucket; created: boolean }> {
    return this.names.run(name, async () => {
      const known = this.buckets.get(name);
      if (known) return { bucket: known, created: false };
      return { bucket: await this.make(name, region, settings), created: true };
    });
  }

  /** False when there is something in it. */
  remove(bucket: Bucket): Promise<boolean> {
    const { name } = bucket.config;
    return this.names.run(name, async () => {
      if (!bucket.isEmpty) return false;
      if (this.buckets.get(name) !== bucket) return true;
      const rubbish = join(this.trash, randomBytes(8).toString("hex"));
      // Out of sight while it goes, so that nothing is put into it; back when it stays.
      this.buckets.delete(name);
      await rename(join(this.root, name), rubbish).catch((error: unknown) => {
        this.buckets.set(name, bucket);
        throw error;
      });
      await syncDirectory(this.root);
      await rm(rubbish, { recursive: true, force: true }).catch(() => {});
      return true;
    });
  }

  private async make(name: string, region: string, settings: Partial<BucketConfig>): Promise<Bucket> {
    const directory = join(this.root, name);
    const config = { ...newBucketConfig(name, region, this.now()), ...settings };
    try {
      await mkdir(directory, { mode: 0o700 });
      await writeDurably(directory, configFile, JSON.stringify(config));
      const bucket = this.open(name);
      await syncDirectory(directory);
      await syncDirectory(this.root);
      this.buckets.set(name, bucket);
      return bucket;
    } catch (error) {
      await rm(directory, { recursive: true, force: true }).catch(() => {});
      throw error;
    }
  }

  private open(name: string): Bucket {
    return new Bucket(join(this.root, name), { now: this.now, nextSequence: () => ++this.sequence });
  }
}

/** `home` is the sandbox's; the objects are in its folder s3/. Reads all metadata before it returns. */
export function createS3Store(home: string, now?: () => Date): S3Store {
  return new S3Store(home, now);
}
