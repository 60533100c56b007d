import type {
  CreateBucketCommandInput,
  BucketLifecycleConfiguration,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionConfiguration,
  VersioningConfiguration,
  WebsiteConfiguration,
} from "@aws-sdk/client-s3";
import type { ResourceIdentity } from "../../ports/identity.ts";
import type { ExpiryRules, Website } from "../../ports/object-storage.ts";
import { tagList } from "../tags.ts";

// What a bucket of ours is set to, apart from setting it, so that `explain` shows the very values.

export function bucketRequest(identity: ResourceIdentity, name: string, region: string) {
  return {
    Bucket: name,
    CreateBucketConfiguration: {
      Tags: tagList(identity),
      // us-east-1 has no location constraint, and refuses its own name as one.
      ...(region === "us-east-1" ? {} : { LocationConstraint: region as "ap-northeast-1" }),
    },
  } satisfies CreateBucketCommandInput;
}

export const publicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
} satisfies PublicAccessBlockConfiguration;

/** For a bucket whose policy shows its objects to everybody. */
export const publicByPolicyBlock = {
  ...publicAccessBlock,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
} satisfies PublicAccessBlockConfiguration;

export const websiteConfiguration = ({ index, error }: Website) =>
  ({ IndexDocument: { Suffix: index }, ErrorDocument: { Key: error } }) satisfies WebsiteConfiguration;

export const encryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
} satisfies ServerSideEncryptionConfiguration;

export const versioningConfiguration = { Status: "Enabled" } satisfies VersioningConfiguration;

export const expiryConfiguration = (days: number) =>
  ({
    Rules: [
      {
        ID: "expire",
        Status: "Enabled",
        Filter: { Prefix: "" },
        Expiration: { Days: days },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ],
  }) satisfies BucketLifecycleConfiguration;

/** One rule for each kind of key, and one for what is no longer current: a marker without a version behind it goes, too. */
export const expiryRulesConfiguration = ({ currentDays, noncurrentDays }: ExpiryRules) =>
  ({
    Rules: [
      ...Object.entries(currentDays).map(([Prefix, Days]) => ({
        ID: `expire-${Prefix.replaceAll("/", "")}`,
        Status: "Enabled" as const,
        Filter: { Prefix },
        Expiration: { Days },
      })),
      {
        ID: "versions",
        Status: "Enabled",
        Filter: { Prefix: "" },
        Expiration: { ExpiredObjectDeleteMarker: true },
        ...(noncurrentDays === undefined ? {} : { NoncurrentVersionExpiration: { NoncurrentDays: noncurrentDays } }),
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ],
  }) satisfies BucketLifecycleConfiguration;
