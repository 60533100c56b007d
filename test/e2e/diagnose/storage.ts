import { awaitCrash, restartAnyhow, restartPuma, setVariable, type Provocation, type Stack } from "./provocation.ts";

const putRolePolicy = (statements: (bucket: string) => object[]) => (stack: Stack) =>
  stack.aws(
    "iam",
    "put-role-policy",
    "--role-name",
    `${stack.tool.stack}-host`,
    "--policy-name",
    "lecture05-bucket",
    "--policy-document",
    JSON.stringify({ Version: "2012-10-17", Statement: statements(stack.bucket) }),
  );

const allow = (actions: string[]) => (bucket: string) => [
  { Effect: "Allow", Action: actions, Resource: `arn:aws:s3:::${bucket}/*` },
  { Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${bucket}` },
];

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
    breakIt: ({ aws, tool }) =>
      aws("iam", "delete-role-policy", "--role-name", `${tool.stack}-host`, "--policy-name", "lecture05-bucket"),
  },
  {
    layer: "storage",
    code: "STORAGE_ROLE_DENIED",
    what: "the role may not delete",
    row: 24,
    breakIt: putRolePolicy(allow(["s3:GetObject", "s3:PutObject"])),
  },
  {
    layer: "storage",
    code: "STORAGE_BUCKET_POLICY_DENIES",
    what: "the bucket's own policy denies writing",
    row: 24,
    breakIt: ({ aws, bucket }) =>
      aws(
        "s3api",
        "put-bucket-policy",
        "--bucket",
        bucket,
        "--policy",
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `arn:aws:s3:::${bucket}/*` }],
        }),
      ),
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
    breakIt: putRolePolicy(() => [{ Effect: "Allow", Action: "s3:*", Resource: "*" }]),
  },
  {
    layer: "storage",
    code: "BUCKET_PUBLIC",
    what: "the public access block is gone",
    breakIt: ({ aws, bucket }) => aws("s3api", "delete-public-access-block", "--bucket", bucket),
  },
  {
    layer: "storage",
    code: "BUCKET_NOT_VERSIONED",
    what: "versioning is suspended",
    breakIt: ({ aws, bucket }) =>
      aws("s3api", "put-bucket-versioning", "--bucket", bucket, "--versioning-configuration", "Status=Suspended"),
  },
  {
    layer: "storage",
    code: "LOGS_NOT_SHIPPED",
    what: "the timer is stopped",
    breakIt: "systemctl stop lecture05-ship-logs.timer",
  },
];
