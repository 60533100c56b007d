import { createHash } from "node:crypto";

/**
 * Bucket names are global, so ours carries a piece of a hash of account, region and stack: always the same for one
 * stack, and nobody else's by accident. At most 63 characters (S3 naming rules).
 */
export function bucketNameFor({ stack, account, region }: { stack: string; account: string; region: string }): string {
  const suffix = createHash("sha256").update(`${account}/${region}/${stack}`).digest("hex").slice(0, 12);
  return `${stack}-${region}-${suffix}`;
}

/** Of the bucket that holds the access logs of the load balancer and of the other bucket. */
export const logsBucketNameFor = (place: { stack: string; account: string; region: string }): string =>
  `${bucketNameFor(place)}-logs`;

/** Of the bucket whose pages stand in for the application. */
export const siteBucketNameFor = (place: { stack: string; account: string; region: string }): string =>
  `${bucketNameFor(place)}-site`;

/** Of the bucket that holds the backups, and may outlive the stack. */
export const backupBucketNameFor = (place: { stack: string; account: string; region: string }): string =>
  `${bucketNameFor(place)}-backup`;

/** Of every bucket that a stack may have, the pictures' first. */
export const bucketNamesFor = (place: { stack: string; account: string; region: string }): string[] => [
  bucketNameFor(place),
  logsBucketNameFor(place),
  siteBucketNameFor(place),
  backupBucketNameFor(place),
];
