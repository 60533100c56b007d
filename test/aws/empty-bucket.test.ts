import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  UploadPartCommand,
  type DeleteObjectsCommandInput,
  type DeleteObjectsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect, onTestFinished, test } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { createObjectStorage } from "../../src/aws/object-storage.ts";
import type { ObjectStorage } from "../../src/ports/object-storage.ts";
import { s3Service } from "../../src/sandbox/s3/service.ts";
import { createS3Store } from "../../src/sandbox/s3/store.ts";
import { sandboxAccount } from "../../src/sandbox/world.ts";
import { startTestSandbox } from "../support/sandbox.ts";

const Bucket = "lecture05-of-the-test";
const region = "ap-northeast-1";

interface Place {
  readonly storage: ObjectStorage;
  readonly s3: S3Client;
  /** Another client, of somebody who writes. */
  readonly writer: S3Client;
  readonly slept: number[];
}

/** A versioned bucket of ours. */
async function start(): Promise<Place> {
  const sandbox = await startTestSandbox({ services: [s3Service], stores: (home) => ({ s3: createS3Store(home) }) });
  const { endpoint, credentials } = sandbox.clientConfig();
  const clients = createClients({ region, endpoint, credentials });
  const writers = createClients({ region, endpoint, credentials });
  onTestFinished(async () => {
    clients.destroy();
    writers.destroy();
    await sandbox.stop();
  });
  const slept: number[] = [];
  const clock = { now: () => new Date(0), sleep: async (ms: number) => void slept.push(ms) };
  const storage = createObjectStorage(clients, { region, account: sandboxAccount, clock });
  await storage.createBucket({ stack: "blue", step: "s3", name: "bucket" }, Bucket);
  await storage.enableVersioning(Bucket);
  return { storage, s3: await clients.s3(), writer: await writers.s3(), slept };
}

const put = (s3: S3Client, Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));

async function keysLeft(s3: S3Client): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  return [...new Set([...Versions, ...DeleteMarkers].map(({ Key = "" }) => Key))].toSorted();
}

interface Call {
  readonly input: DeleteObjectsCommandInput;
}
type Next = (call: Call) => Promise<{ output: DeleteObjectsCommandOutput }>;

/** Stands between the tool and S3 at each call of one operation. */
function intercept(s3: S3Client, operation: string, handle: (next: Next, call: Call) => ReturnType<Next>): void {
  const middleware = (next: Next, context: { commandName?: string }) => (call: Call) =>
    context.commandName === `${operation}Command` ? handle(next, call) : next(call);
  s3.middlewareStack.add(middleware as never, { step: "initialize" });
}

test("versions, delete markers and unfinished uploads go", async () => {
  const { storage, s3 } = await start();
  for (let version = 0; version < 3; version++) await put(s3, "k");
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "big" }));
  await s3.send(new UploadPartCommand({ Bucket, Key: "big", UploadId, PartNumber: 1, Body: "part" }));
  expect(await storage.emptyBucket(Bucket)).toBe(4);
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
  expect(await storage.deleteBucket(Bucket)).toBe("deleted");
  // Already gone is success.
  expect(await storage.emptyBucket(Bucket)).toBe(0);
  expect(await storage.deleteBucket(Bucket)).toBe("absent");
  expect(await storage.closeBucket(Bucket, { Version: "2012-10-17", Statement: [] })).toBe(false);
});

test("an object that S3 stumbles over is tried again", async () => {
  const { storage, s3 } = await start();
  for (const key of ["a", "b", "c"]) await put(s3, key);
  let stumbles = 2;
  intercept(s3, "DeleteObjects", async (next, call) => {
    if (stumbles-- <= 0) return next(call);
    const [first, ...others] = call.input.Delete?.Objects ?? [];
    const error = { Key: first?.Key, VersionId: first?.VersionId, Code: "SlowDown", Message: "later" };
    if (others.length === 0) return { output: { $metadata: {}, Errors: [error] } };
    const { output } = await next({ input: { ...call.input, Delete: { Objects: others, Quiet: true } } });
    return { output: { ...output, Errors: [error] } };
  });
  expect(await storage.emptyBucket(Bucket)).toBe(3);
  expect(await keysLeft(s3)).toEqual([]);
});

test("one that may not be deleted is named, and all others go", async () => {
  const { storage, s3 } = await start();
  for (const key of ["a", "kept", "z"]) await put(s3, key);
  const Resource = `arn:aws:s3:::${Bucket}/kept`;
  const deny = { Effect: "Deny", Principal: "*", Action: "s3:DeleteObject*", Resource };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [deny] });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await expect(storage.emptyBucket(Bucket)).rejects.toMatchObject({
    code: "ACCESS_DENIED",
    detail: {
      what: { en: `1 object in the bucket ${Bucket} may not be deleted` },
      why: { en: expect.stringMatching(/^AccessDenied: .*\(kept, .+\)$/) as string },
    },
  });
  expect(await keysLeft(s3)).toEqual(["kept"]);
  expect(await storage.deleteBucket(Bucket)).toBe("in-use");
});

test("what is written meanwhile goes too", async () => {
  const { storage, s3, writer, slept } = await start();
  await put(s3, "first");
  let late = 3;
  intercept(s3, "DeleteObjects", async (next, call) => {
    const answer = await next(call);
    if (late-- > 0) await put(writer, `late-${late}`);
    return answer;
  });
  expect(await storage.emptyBucket(Bucket)).toBe(4);
  expect(await keysLeft(s3)).toEqual([]);
  // The writer is given time to notice that it is locked out.
  expect(slept.length).toBeGreaterThan(0);
});

test("a writer that never stops is an error that names its key, after a while", async () => {
  const { storage, s3, writer, slept } = await start();
  await put(s3, "first");
  let written = 0;
  intercept(s3, "DeleteObjects", async (next, call) => {
    await put(writer, `endless-${++written}`);
    return next(call);
  });
  await expect(storage.emptyBucket(Bucket)).rejects.toMatchObject({
    code: "WAIT_TIMED_OUT",
    detail: { why: { en: expect.stringContaining("the last one endless-") as string } },
  });
  expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(120_000);
});

test("what the caller throws ends the work after the batch in flight", async () => {
  const { storage, s3 } = await start();
  await put(s3, "k");
  const stop = new Error("stop");
  const told: number[] = [];
  const onBatch = (deleted: number): Promise<void> => {
    told.push(deleted);
    return Promise.reject(stop);
  };
  await expect(storage.emptyBucket(Bucket, { onBatch })).rejects.toBe(stop);
  expect(told).toEqual([1]);
  expect(await keysLeft(s3)).toEqual([]);
});

test("with a prefix, only what is under it", async () => {
  const { storage, s3 } = await start();
  for (const key of ["trial/a", "trial/b", "trialx", "other"]) await put(s3, key);
  await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "other" }));
  expect(await storage.emptyBucket(Bucket, { prefix: "trial/" })).toBe(2);
  expect(await keysLeft(s3)).toEqual(["other", "trialx"]);
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toHaveLength(1);
});
