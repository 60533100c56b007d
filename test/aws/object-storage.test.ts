import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetBucketTaggingCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect, onTestFinished, test } from "vitest";
import { createClients, type AwsCall } from "../../src/aws/clients.ts";
import { createObjectStorage } from "../../src/aws/object-storage.ts";
import type { ObjectStorage } from "../../src/ports/object-storage.ts";
import { s3Service } from "../../src/sandbox/s3/service.ts";
import { createS3Store } from "../../src/sandbox/s3/store.ts";
import { sandboxAccount } from "../../src/sandbox/world.ts";
import { startTestSandbox } from "../support/sandbox.ts";

const name = "lecture05-of-the-test";
const identity = { stack: "blue", step: "s3", name: "bucket" } as const;
/** Waits take no time. */
const clock = { now: () => new Date(0), sleep: async () => {} };
const tokyo = { LocationConstraint: "ap-northeast-1" } as const;

async function start(region = "ap-northeast-1"): Promise<{ storage: ObjectStorage; s3: S3Client; calls: AwsCall[] }> {
  const sandbox = await startTestSandbox({ services: [s3Service], stores: (home) => ({ s3: createS3Store(home) }) });
  const calls: AwsCall[] = [];
  const { endpoint, credentials } = sandbox.clientConfig();
  const clients = createClients({ region, endpoint, credentials, onCall: (call) => calls.push(call) });
  onTestFinished(async () => {
    clients.destroy();
    await sandbox.stop();
  });
  return {
    storage: createObjectStorage(clients, { region, account: sandboxAccount, clock }),
    s3: await clients.s3(),
    calls,
  };
}

test.each(["ap-northeast-1", "us-east-1"])(
  "a bucket made in %s is found by its stack, and making it again is fine",
  async (region) => {
    const { storage, s3 } = await start(region);
    expect(await storage.findBucket("blue", name)).toBeUndefined();
    expect(await storage.createBucket(identity, name)).toEqual({ name });
    expect(await storage.createBucket(identity, name)).toEqual({ name });
    expect(await storage.findBucket("blue", name)).toEqual({ name });
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket: name }));
    expect(Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value]))).toMatchObject({
      "lecture05:stack": "blue",
      "lecture05:step": "s3",
      "lecture05:name": "bucket",
    });
  },
);

test("a bucket that was made and not yet tagged when the run was killed is taken over", async () => {
  const { storage, s3 } = await start();
  await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: tokyo }));
  expect(await storage.findBucket("blue", name)).toBeUndefined();
  await storage.createBucket(identity, name);
  expect(await storage.findBucket("blue", name)).toEqual({ name });
});

test.each([
  [
    "of another stack",
    async (s3: S3Client) => {
      const TagSet = [{ Key: "lecture05:stack", Value: "green" }];
      await s3.send(new PutBucketTaggingCommand({ Bucket: name, Tagging: { TagSet } }));
    },
  ],
  [
    "without tags and with objects in it",
    async (s3: S3Client) => {
      await s3.send(new PutObjectCommand({ Bucket: name, Key: "k", Body: "precious" }));
    },
  ],
  [
    "that denies access",
    async (s3: S3Client) => {
      const deny = { Effect: "Deny", Principal: "*", Action: "s3:GetBucketTagging", Resource: `arn:aws:s3:::${name}` };
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [deny] });
      await s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy }));
    },
  ],
])("a bucket %s is not touched", async (_label, prepare) => {
  const { storage, s3 } = await start();
  await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: tokyo }));
  await prepare(s3);
  await expect(storage.findBucket("blue", name)).rejects.toMatchObject({ code: "BUCKET_NAME_TAKEN" });
  await expect(storage.createBucket(identity, name)).rejects.toMatchObject({ code: "BUCKET_NAME_TAKEN" });
});

test("settings are read and set", async () => {
  const { storage, s3 } = await start();
  await storage.createBucket(identity, name);
  expect(await storage.bucketSettings(name)).toEqual({ publicAccessBlocked: true, encrypted: true, versioned: false });
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket: name }));
  expect((await storage.bucketSettings(name)).publicAccessBlocked).toBe(false);
  await storage.blockPublicAccess(name);
  await storage.enableEncryption(name);
  await storage.enableVersioning(name);
  expect(await storage.bucketSettings(name)).toEqual({ publicAccessBlocked: true, encrypted: true, versioned: true });
});

test("a policy comes back as it was put", async () => {
  const { storage } = await start();
  await storage.createBucket(identity, name);
  expect(await storage.findBucketPolicy(name)).toBeUndefined();
  const deny = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `arn:aws:s3:::${name}/logs/*` };
  const policy = { Version: "2012-10-17", Statement: [deny] } as const;
  await storage.putBucketPolicy(name, policy);
  expect(await storage.findBucketPolicy(name)).toEqual(policy);
});

test("objects are listed over all pages and read", { timeout: 60_000 }, async () => {
  const { storage, s3, calls } = await start();
  await storage.createBucket(identity, name);
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: name, Key, Body: "12345" }));
  for (let i = 0; i < 1005; i += 15) {
    await Promise.all(Array.from({ length: 15 }, (_, j) => put(`logs/${String(i + j).padStart(4, "0")}`)));
  }
  await put("other");
  const listed = await storage.listObjects(name, "logs/");
  expect(listed).toHaveLength(1005);
  expect(listed[1004]).toEqual({
    key: "logs/1004",
    sizeBytes: 5,
    etag: "827ccb0eea8a706c4c34a16891f84e7b",
    modifiedAt: expect.any(Date) as Date,
  });
  expect(calls.filter(({ operation }) => operation === "ListObjectsV2")).toHaveLength(2);
  expect(Buffer.from((await storage.getObject(name, "other")) ?? []).toString()).toBe("12345");
  expect(await storage.getObject(name, "none")).toBeUndefined();
  expect(await storage.emptyBucket(name)).toBe(1006);
  // S3 takes 1000 at once.
  expect(calls.filter(({ operation }) => operation === "DeleteObjects")).toHaveLength(2);
});
