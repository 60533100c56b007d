import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect, onTestFinished, test } from "vitest";
import { findRole } from "../../../src/sandbox/iam/entities.ts";
import { issueSession } from "../../../src/sandbox/iam/sessions.ts";
import { errorOf, inTokyo, startS3, type S3Sandbox } from "./s3-sandbox.ts";

const Bucket = "access-of-the-test";
const arn = `arn:aws:s3:::${Bucket}`;
const RoleName = "host";

interface Scene {
  readonly root: S3Client;
  readonly host: S3Client;
  /** Replaces the role's own policy. */
  readonly allow: (statements: object[]) => Promise<void>;
  /** Replaces the bucket's policy. */
  readonly policy: (statements: object[]) => Promise<void>;
}

async function start(): Promise<Scene> {
  const { sandbox, s3: root, client }: S3Sandbox = await startS3();
  const iam = new IAMClient(sandbox.clientConfig());
  onTestFinished(() => iam.destroy());
  const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const role = findRole(sandbox.world.iam, RoleName);
  if (!role) throw new Error("the role was not made");
  const credentials = await issueSession(sandbox.world, role, "i-0123456789abcdef0", 3600);
  await root.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  await root.send(new PutObjectCommand({ Bucket, Key: "uploads/a", Body: "a" }));
  await root.send(new PutObjectCommand({ Bucket, Key: "secret", Body: "s" }));
  const documentOf = (Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
  return {
    root,
    host: client({ credentials }),
    async allow(statements) {
      const PolicyDocument = documentOf(statements);
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "inline", PolicyDocument }));
    },
    async policy(statements) {
      await root.send(new PutBucketPolicyCommand({ Bucket, Policy: documentOf(statements) }));
    },
  };
}

const read = (s3: S3Client, Key: string, VersionId?: string) =>
  errorOf(s3.send(new GetObjectCommand({ Bucket, Key, VersionId })));
const write = (s3: S3Client, Key: string, input: object = {}) =>
  errorOf(s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...input })));

test("a role may do what its policy allows and nothing else", async () => {
  const { host, root, allow } = await start();
  expect(await read(host, "uploads/a")).toBe("AccessDenied 403");
  await allow([
    { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: `${arn}/uploads/*` },
    {
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: arn,
      Condition: { StringLike: { "s3:prefix": "uploads/*" } },
    },
  ]);
  expect(await read(host, "uploads/a")).toBe("no error");
  expect(await write(host, "uploads/b")).toBe("no error");
  expect(await read(host, "secret")).toBe("AccessDenied 403");
  expect(await write(host, "elsewhere")).toBe("AccessDenied 403");
  expect(await errorOf(host.send(new DeleteObjectCommand({ Bucket, Key: "uploads/a" })))).toBe("AccessDenied 403");
  expect(await errorOf(host.send(new ListObjectsV2Command({ Bucket, Prefix: "uploads/" })))).toBe("no error");
  expect(await errorOf(host.send(new ListObjectsV2Command({ Bucket })))).toBe("AccessDenied 403");
  expect(await errorOf(host.send(new ListBucketsCommand({})))).toBe("AccessDenied 403");
  expect(
    await errorOf(host.send(new CreateBucketCommand({ Bucket: "mine", CreateBucketConfiguration: inTokyo }))),
  ).toBe("AccessDenied 403");
  expect(await read(root, "secret")).toBe("no error");
});

test("who may not list is not told whether a key exists", async () => {
  const { host, allow } = await start();
  await allow([{ Effect: "Allow", Action: "s3:GetObject", Resource: `${arn}/*` }]);
  expect(await read(host, "none")).toBe("AccessDenied 403");
  await allow([
    { Effect: "Allow", Action: "s3:GetObject", Resource: `${arn}/*` },
    { Effect: "Allow", Action: "s3:ListBucket", Resource: arn },
  ]);
  expect(await read(host, "none")).toBe("NoSuchKey 404");
});

test("versions have permissions of their own", async () => {
  const { host, root, allow } = await start();
  await root.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  const { VersionId } = await root.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1" }));
  await allow([{ Effect: "Allow", Action: ["s3:GetObject", "s3:DeleteObject"], Resource: `${arn}/*` }]);
  expect(await read(host, "k")).toBe("no error");
  expect(await read(host, "k", VersionId)).toBe("AccessDenied 403");
  expect(await errorOf(host.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId })))).toBe("AccessDenied 403");
  expect(await errorOf(host.send(new DeleteObjectCommand({ Bucket, Key: "k" })))).toBe("no error");
});

test("a bucket policy's deny beats every allow, for the root too; its allow opens the bucket to a role", async () => {
  const { host, root, allow, policy } = await start();
  await allow([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
  await policy([{ Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: `${arn}/secret` }]);
  expect([await read(host, "secret"), await read(root, "secret")]).toEqual(["AccessDenied 403", "AccessDenied 403"]);
  expect(await read(host, "uploads/a")).toBe("no error");
  await policy([{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, `${arn}/*`] }]);
  expect(await errorOf(root.send(new ListObjectsV2Command({ Bucket })))).toBe("AccessDenied 403");
  await root.send(new DeleteBucketPolicyCommand({ Bucket }));
  await allow([{ Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" }]);
  expect(await read(host, "secret")).toBe("AccessDenied 403");
  const Principal = { AWS: `arn:aws:iam::000000000000:role/${RoleName}` };
  await policy([{ Effect: "Allow", Principal, Action: "s3:GetObject", Resource: `${arn}/*` }]);
  expect(await read(host, "secret")).toBe("no error");
  // An allow for the account leaves it to IAM.
  const account = { AWS: "arn:aws:iam::000000000000:root" };
  await policy([{ Effect: "Allow", Principal: account, Action: "s3:GetObject", Resource: `${arn}/*` }]);
  expect(await read(host, "secret")).toBe("AccessDenied 403");
});

test("conditions: transport counts as secure, and a missing header can be refused", async () => {
  const { root, policy } = await start();
  await policy([
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: `${arn}/*`,
      Condition: { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } },
    },
  ]);
  expect(await read(root, "secret")).toBe("no error");
  expect(await write(root, "k")).toBe("AccessDenied 403");
  expect(await write(root, "k", { ServerSideEncryption: "aws:kms" })).toBe("no error");
});

test("public policies are refused while they are blocked, and malformed ones always", async () => {
  const { root, policy } = await start();
  const open = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `${arn}/*` };
  expect(await errorOf(policy([open]))).toBe("AccessDenied 403");
  await policy([{ ...open, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }]);
  expect((await root.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic).toBe(false);
  await root.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: {} }));
  await policy([open]);
  expect((await root.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic).toBe(true);
  const { Policy = "" } = await root.send(new GetBucketPolicyCommand({ Bucket }));
  expect(JSON.parse(Policy)).toEqual({ Version: "2012-10-17", Statement: [open] });
  expect(await errorOf(policy([{ ...open, Resource: "arn:aws:s3:::other/*" }]))).toBe("MalformedPolicy 400");
  expect(await errorOf(policy([{ ...open, Effect: "Maybe" }]))).toBe("MalformedPolicy 400");
  expect(await errorOf(policy([{ ...open, Action: "ec2:RunInstances" }]))).toBe("MalformedPolicy 400");
  expect(await errorOf(policy([{ ...open, Principal: undefined }]))).toBe("MalformedPolicy 400");
  expect(await errorOf(root.send(new PutBucketPolicyCommand({ Bucket, Policy: "no json" })))).toBe(
    "MalformedPolicy 400",
  );
  await root.send(new DeleteBucketPolicyCommand({ Bucket }));
  expect(await errorOf(root.send(new GetBucketPolicyCommand({ Bucket })))).toBe("NoSuchBucketPolicy 404");
});

test("in China a bucket's policy speaks of that partition's ARNs", async () => {
  const { client } = await startS3();
  const s3 = client({ region: "cn-north-1" });
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "cn-north-1" } }));
  const put = (Resource: string): Promise<string> => {
    const deny = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [deny] });
    return errorOf(s3.send(new PutBucketPolicyCommand({ Bucket, Policy })));
  };
  expect(await put(`${arn}/*`)).toBe("MalformedPolicy 400");
  expect(await put(`arn:aws-cn:s3:::${Bucket}/*`)).toBe("no error");
  expect(await write(s3, "k")).toBe("AccessDenied 403");
});
