import { DeleteRolePolicyCommand } from "@aws-sdk/client-iam";
import { PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import {
  allowEveryBucket,
  allowOnly,
  removePublicAccessBlock,
  rolePolicy,
  suspendVersioning,
  toIam,
  toS3,
} from "../../support/stack-aws.ts";
import { awaitCrash, restartAnyhow, restartPuma, setVariable, type Provocation } from "./provocation.ts";

export const storageProvocations: readonly Provocation[] = [
  {
    layer: "storage",
    code: "STORAGE_SERVICE_LOCAL",
    what: "pictures still go to the local disk",
    row: 24,
    breakIt: `${setVariable("50-s3.env", "ACTIVE_STORAGE_SERVICE", "local")} && ${restartPuma}`,
  },
  {
    layer: "storage",
    code: "STORAGE_BUCKET_WRONG",
    what: "no bucket is named",
    row: 24,
    breakIt: `${setVariable("50-s3.env", "S3_BUCKET", "")} && ${restartAnyhow}; sleep 3`,
  },
  {
    layer: "storage",
    code: "STORAGE_BUCKET_WRONG",
    what: "another bucket is named",
    row: 24,
    breakIt: `${setVariable("50-s3.env", "S3_BUCKET", "somebody-elses-bucket")} && ${restartPuma}`,
  },
  {
    layer: "storage",
    code: "STORAGE_REGION_WRONG",
    what: "another region is named",
    row: 24,
    breakIt: `${setVariable("50-s3.env", "AWS_REGION", "us-east-1")} && ${restartPuma}`,
  },
  {
    layer: "storage",
    code: "STORAGE_ROLE_DENIED",
    what: "the role has no right to the bucket",
    row: 24,
    breakIt: async (stack) => (await toIam(stack)).send(new DeleteRolePolicyCommand(rolePolicy(stack))),
  },
  {
    layer: "storage",
    code: "STORAGE_ROLE_DENIED",
    what: "the role may not delete",
    row: 24,
    breakIt: allowOnly("s3:GetObject", "s3:PutObject"),
  },
  {
    layer: "storage",
    code: "STORAGE_BUCKET_POLICY_DENIES",
    what: "the bucket's own policy denies writing",
    row: 24,
    breakIt: async (stack) => {
      const { bucket: Bucket } = stack;
      const Resource = `arn:aws:s3:::${Bucket}/*`;
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource }],
      });
      await (await toS3(stack)).send(new PutBucketPolicyCommand({ Bucket, Policy }));
    },
    restore: ({ tool }) => tool.ok("step", "s3"),
  },
  {
    layer: "storage",
    code: "STORAGE_LIBVIPS_MISSING",
    what: "libvips is gone",
    row: 25,
    breakIt: `for file in /usr/lib/x86_64-linux-gnu/libvips.so.42*; do mv "$file" /root/; done; ${restartAnyhow}; ${awaitCrash}`,
    restore: `mv /root/libvips.so.42* /usr/lib/x86_64-linux-gnu/ && ${restartPuma}`,
    automaticToo: true,
  },
  {
    layer: "storage",
    code: "ROLE_POLICY_CHANGED",
    what: "the role may use every bucket",
    breakIt: allowEveryBucket,
  },
  {
    layer: "storage",
    code: "BUCKET_PUBLIC",
    what: "the public access block is gone",
    breakIt: removePublicAccessBlock,
  },
  {
    layer: "storage",
    code: "BUCKET_NOT_VERSIONED",
    what: "versioning is suspended",
    breakIt: suspendVersioning,
  },
  {
    layer: "storage",
    code: "LOGS_NOT_SHIPPED",
    what: "the timer is stopped",
    breakIt: "systemctl stop lecture05-ship-logs.timer",
  },
];
