import { compareKeys } from "./key-order.ts";
import type { VersionRecord } from "./records.ts";

/** All versions of a bucket in memory, keys in S3's order, each key's versions from the newest to the oldest. */
export class ObjectIndex {
  private readonly versions = new Map<string, VersionRecord[]>();
  private sorted: string[] = [];

  constructor(records: Iterable<VersionRecord> = []) {
    for (const record of records) {
      const versions = this.versions.get(record.key);
      if (versions) versions.push(record);
      else this.versions.set(record.key, [record]);
    }
    for (const versions of this.versions.values()) versions.sort((a, b) => b.sequence - a.sequence);
    this.sorted = [...this.versions.keys()].sort(compareKeys);
  }

  /** Every key that has a version or a delete marker. */
  get keys(): readonly string[] {
    return this.sorted;
  }

  versionsOf(key: string): readonly VersionRecord[] {
    return this.versions.get(key) ?? [];
  }

  latest(key: string): VersionRecord | undefined {
    return this.versions.get(key)?.[0];
  }

  find(key: string, versionId: string): VersionRecord | undefined {
    return this.versions.get(key)?.find((record) => record.versionId === versionId);
  }

  /** Adds a version, in place of the one with the same id. Returns the one that it replaced. */
  put(record: VersionRecord): VersionRecord | undefined {
    const versions = this.versions.get(record.key);
    if (!versions) {
      this.versions.set(record.key, [record]);
      this.sorted.splice(this.lowerBound(record.key), 0, record.key);
      return undefined;
    }
    const at = versions.findIndex(({ versionId }) => versionId === record.versionId);
    const [replaced] = at < 0 ? [] : versions.splice(at, 1);
    const place = versions.findIndex(({ sequence }) => sequence < record.sequence);
    versions.splice(place < 0 ? versions.length : place, 0, record);
    return replaced;
  }

  remove(key: string, versionId: string): void {
    const versions = this.versions.get(key);
    const at = versions?.findIndex((record) => record.versionId === versionId) ?? -1;
    if (!versions || at < 0) return;
    versions.splice(at, 1);
    if (versions.length > 0) return;
    this.versions.delete(key);
    this.sorted.splice(this.lowerBound(key), 1);
  }

  /** The place of the first key that is not before this one. */
  lowerBound(key: string): number {
    return this.search(0, (it) => compareKeys(it, key) >= 0);
  }

  /** The place of the first key from `from` on that does not start with the prefix. */
  endOfPrefix(prefix: string, from: number): number {
    return this.search(from, (it) => !it.startsWith(prefix));
  }

  private search(from: number, isBehind: (key: string) => boolean): number {
    let low = from;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBehind(this.sorted[middle] ?? "")) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
