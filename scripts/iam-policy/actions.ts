import type { operations } from "../../src/aws/operations.ts";

type Operations = typeof operations;

/** "ec2:RunInstances": an operation of operations.ts with its service. */
export type Operation = {
  [Service in keyof Operations]: `${Service}:${Operations[Service][number]}`;
}[keyof Operations];

/** Where IAM's name is not that of the operation. DeleteObjects is called with versions only. */
const renamed: Partial<Record<Operation, string>> = {
  "s3:DeleteObjects": "s3:DeleteObjectVersion",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:ListBuckets": "s3:ListAllMyBuckets",
  "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
  "s3:ListObjectVersions": "s3:ListBucketVersions",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
};

/** The permission's name in a policy. */
export const actionOf = (operation: Operation): string =>
  renamed[operation] ?? operation.replace(/^elbv2:/, "elasticloadbalancing:");
