import type { S3Client } from "@aws-sdk/client-s3";
import type { BucketSettings } from "../../ports/object-storage.ts";
import { isAwsError } from "../translate-error.ts";

/** The three settings as they are now; one that was taken away counts as off. */
export async function readSettings(s3: S3Client, bucket: string): Promise<BucketSettings> {
  const { GetBucketEncryptionCommand, GetBucketVersioningCommand, GetPublicAccessBlockCommand } =
    await import("@aws-sdk/client-s3");
  const request = { Bucket: bucket };
  const [access, encryption, versioning] = await Promise.all([
    unlessAbsent("NoSuchPublicAccessBlockConfiguration", () => s3.send(new GetPublicAccessBlockCommand(request))),
    unlessAbsent("ServerSideEncryptionConfigurationNotFoundError", () =>
      s3.send(new GetBucketEncryptionCommand(request)),
    ),
    s3.send(new GetBucketVersioningCommand(request)),
  ]);
  const block = access?.PublicAccessBlockConfiguration;
  const rules = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
  return {
    publicAccessBlocked: Boolean(
      block?.BlockPublicAcls && block.IgnorePublicAcls && block.BlockPublicPolicy && block.RestrictPublicBuckets,
    ),
    encrypted: rules.some((rule) => rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm !== undefined),
    versioned: versioning.Status === "Enabled",
  };
}

/** S3 answers with an error of its own where something was never set. */
export async function unlessAbsent<T>(errorName: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isAwsError(error, errorName)) return undefined;
    throw error;
  }
}
