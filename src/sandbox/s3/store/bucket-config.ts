import type {
  CORSRule,
  LifecycleRule,
  LoggingEnabled,
  OwnershipControlsRule,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionRule,
  Tag,
  WebsiteConfiguration,
} from "@aws-sdk/client-s3";

/** A bucket's settings in the SDK's shapes, as `bucket.json` holds them. */
export interface BucketConfig {
  readonly name: string;
  readonly region: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly versioning?: "Enabled" | "Suspended" | undefined;
  readonly tags?: readonly Tag[] | undefined;
  readonly encryption?: readonly ServerSideEncryptionRule[] | undefined;
  readonly publicAccessBlock?: PublicAccessBlockConfiguration | undefined;
  readonly ownership?: readonly OwnershipControlsRule[] | undefined;
  /** As it was sent: GetBucketPolicy gives back the same text. */
  readonly policy?: string | undefined;
  readonly lifecycle?: readonly LifecycleRule[] | undefined;
  readonly cors?: readonly CORSRule[] | undefined;
  readonly website?: WebsiteConfiguration | undefined;
  readonly logging?: LoggingEnabled | undefined;
}

export const standardEncryption: readonly ServerSideEncryptionRule[] = [
  { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false },
];

/** What AWS gives a new bucket: since 2023 encryption, closed to the public, no ACLs. */
export function newBucketConfig(name: string, region: string, createdAt: Date): BucketConfig {
  return {
    name,
    region,
    createdAt: createdAt.toISOString(),
    encryption: standardEncryption,
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    ownership: [{ ObjectOwnership: "BucketOwnerEnforced" }],
  };
}

/** The dates in lifecycle rules are the only ones in the SDK's shapes here; each is named Date. */
export function parseBucketConfig(text: string): BucketConfig {
  return JSON.parse(text, (name, value: unknown) =>
    name === "Date" && typeof value === "string" ? new Date(value) : value,
  ) as BucketConfig;
}
