import type { ObjectStorage } from "../../ports/object-storage.ts";

export interface Amount {
  count: number;
  sizeBytes: number;
}

/** What a bucket of ours holds now, by who put it there. Older versions do not count. */
export interface StoredData {
  /** Pictures and their variants, by the application. */
  readonly uploads: Readonly<Amount>;
  /** By the hosts, under logs/, and what a diagnosis that was cut off left. */
  readonly logs: Readonly<Amount>;
  /** By hand or by another program. */
  readonly foreign: Readonly<Amount> & { readonly examples: readonly string[] };
}

/**
 * Keys that Active Storage makes: 28 characters of base 36 at the top of the bucket, for uploads and for variants that
 * the database knows; "variants/KEY/DIGEST" for those that it does not (ActiveStorage::Variant#key).
 */
const activeStorageKey = /^(?:[0-9a-z]{28}|variants\/[0-9a-z]{28}\/[0-9a-f]{64})$/;
const ownPrefixes = ["logs/", "lecture05-diagnose/"];
const maximumExamples = 5;

/** Goes through the current objects. A bucket that is gone holds nothing. */
export async function storedData(
  objectStorage: Pick<ObjectStorage, "eachObject">,
  bucket: string,
  prefixes: readonly string[] = ownPrefixes,
): Promise<StoredData> {
  const uploads: Amount = { count: 0, sizeBytes: 0 };
  const logs: Amount = { count: 0, sizeBytes: 0 };
  const foreign = { count: 0, sizeBytes: 0, examples: [] as string[] };
  for await (const { key, sizeBytes } of objectStorage.eachObject(bucket, "")) {
    const isOwn = prefixes.some((prefix) => key.startsWith(prefix));
    const kind = isOwn ? logs : activeStorageKey.test(key) ? uploads : foreign;
    kind.count += 1;
    kind.sizeBytes += sizeBytes;
    if (kind === foreign && foreign.examples.length < maximumExamples) foreign.examples.push(key);
  }
  return { uploads, logs, foreign };
}
