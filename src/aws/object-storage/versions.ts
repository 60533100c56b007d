import type { LifecycleRule } from "@aws-sdk/client-s3";
import type { ExpiryRules, ObjectStorage, StoredObject } from "../../ports/object-storage.ts";
import type { Clients } from "../clients.ts";
import { isAwsError } from "../translate-error.ts";
import { unlessAbsent } from "./bucket-settings.ts";
import { expiryRulesConfiguration } from "./settings.ts";

type Part = Pick<ObjectStorage, "findExpiryRules" | "putExpiryRules">;

/** How long the objects and versions of a bucket are kept. */
export function createExpiryRules(clients: Pick<Clients, "s3">): Part {
  return {
    async findExpiryRules(name) {
      const { GetBucketLifecycleConfigurationCommand } = await import("@aws-sdk/client-s3");
      const s3 = await clients.s3();
      const found = await unlessAbsent("NoSuchLifecycleConfiguration", () =>
        s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: name })),
      );
      return found && rulesIn(found.Rules ?? []);
    },

    async putExpiryRules(name, rules) {
      const { PutBucketLifecycleConfigurationCommand } = await import("@aws-sdk/client-s3");
      const request = { Bucket: name, LifecycleConfiguration: expiryRulesConfiguration(rules) };
      await (await clients.s3()).send(new PutBucketLifecycleConfigurationCommand(request));
    },
  };
}

/** What they come to, when they are as we write them. */
function rulesIn(rules: readonly LifecycleRule[]): ExpiryRules | undefined {
  const current = rules.flatMap(({ Filter, Expiration }): [string, number][] =>
    Expiration?.Days === undefined ? [] : [[Filter?.Prefix ?? "", Expiration.Days]],
  );
  const found: ExpiryRules = {
    currentDays: Object.fromEntries(current),
    noncurrentDays: rules.find((it) => it.NoncurrentVersionExpiration)?.NoncurrentVersionExpiration?.NoncurrentDays,
  };
  return plain(expiryRulesConfiguration(found).Rules) === plain(rules) ? found : undefined;
}

const plain = (rules: readonly LifecycleRule[]): string =>
  rules
    .map((it) => [
      it.Status,
      it.Filter?.Prefix ?? "",
      it.Expiration?.Days ?? "",
      it.NoncurrentVersionExpiration?.NoncurrentDays ?? "",
      it.NoncurrentVersionExpiration?.NewerNoncurrentVersions ?? "",
      it.Transitions?.length ?? 0,
    ])
    .map((parts) => parts.join(" "))
    .toSorted()
    .join("\n");

/** Every version that is no delete marker. */
export async function* eachVersion(
  clients: Pick<Clients, "s3">,
  bucket: string,
  prefix: string,
): AsyncGenerator<StoredObject & { readonly versionId: string }, void, undefined> {
  const { ListObjectVersionsCommand } = await import("@aws-sdk/client-s3");
  const s3 = await clients.s3();
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  try {
    for (let isTruncated = true; isTruncated;) {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...marker }));
      for (const { Key = "", Size = 0, VersionId = "", ETag = "" } of page.Versions ?? []) {
        yield { key: Key, sizeBytes: Size, versionId: VersionId, etag: ETag.replaceAll('"', "") };
      }
      isTruncated = page.IsTruncated === true;
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  } catch (error) {
    if (!isAwsError(error, "NoSuchBucket")) throw error;
  }
}
