import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sandboxAccount } from "../../../src/sandbox/world.ts";
import { s3 as s3Step } from "../../../src/steps/s3.ts";
import { secureTransportPolicy } from "../../../src/steps/s3/policies.ts";
import { storedData } from "../../../src/steps/s3/stored-data.ts";
import { bucketData } from "../../../src/steps/sweep.ts";
import { make, partNames } from "../../support/stack-parts.ts";
import { bucket, holdings, region, stack, startStage, type Stage } from "../../support/stage.ts";

const upload = "0123456789abcdefghijklmnopqr";

async function put(stage: Stage, Key: string, Body = "x"): Promise<void> {
  await (await stage.clients.s3()).send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
}

/** The AWS operations on S3 in the order in which the work log has them. */
function operations({ directory }: Stage): string[] {
  const lines = readFileSync(join(directory, "worklog.ndjson"), "utf8").trim().split("\n");
  return lines
    .map((line) => JSON.parse(line) as { service?: string; operation?: string })
    .flatMap(({ service, operation }) => (service === "s3" && operation ? [operation] : []));
}

describe("the bucket", () => {
  it("is closed to writers, emptied and deleted, in this order", async () => {
    const stage = await startStage();
    await make(stage, ["bucket-settings", "bucket-content"]);
    const emptyBucket = stage.ports.objectStorage.emptyBucket.bind(stage.ports.objectStorage);
    const writing: string[] = [];
    stage.ports.objectStorage.emptyBucket = async (name, options) => {
      // A host that still runs: its upload, and the next part of one that it has begun.
      writing.push(
        await put(stage, "late").then(
          () => "written",
          (error: Error) => error.name,
        ),
      );
      return emptyBucket(name, options);
    };
    await stage.destroy();
    expect(writing).toEqual(["AccessDenied"]);
    expect(holdings(stage)).toEqual([]);
    const changes = operations(stage).filter((name) => /^(Put|Delete|Abort)/.test(name));
    expect(changes.slice(-4)).toEqual(["PutBucketPolicy", "AbortMultipartUpload", "DeleteObjects", "DeleteBucket"]);
  });

  it("is emptied again when something came between emptying and deleting", async () => {
    const stage = await startStage();
    await make(stage, ["bucket"]);
    const { objectStorage } = stage.ports;
    const emptyBucket = objectStorage.emptyBucket.bind(objectStorage);
    let late = 2;
    objectStorage.closeBucket = async () => true;
    objectStorage.emptyBucket = async (name, options) => {
      const deleted = await emptyBucket(name, options);
      if (late-- > 0) await put(stage, upload);
      return deleted;
    };
    await stage.destroy();
    expect(holdings(stage)).toEqual([]);
  });

  it("of somebody else with our name is not touched, and no leftover", async () => {
    const stage = await startStage();
    const { objectStorage } = stage.ports;
    await objectStorage.createBucket({ stack: "theirs", step: "s3", name: "bucket" }, bucket);
    await put(stage, "precious");
    await make(stage, ["gateway"]);
    expect(await bucketData({ stack, region, account: sandboxAccount, ports: stage.ports })).toBeUndefined();
    expect((await stage.destroy({ deleteData: true })).deleted).toBe(1);
    expect(holdings(stage)).toEqual([bucket]);
    expect(await objectStorage.getObject(bucket, "precious")).toBeDefined();
  });

  it("whose tags may not be read is no proof that there is none", async () => {
    const stage = await startStage();
    await make(stage, ["bucket", "gateway"]);
    const deny = { Effect: "Deny", Principal: "*", Action: "s3:GetBucketTagging", Resource: `arn:aws:s3:::${bucket}` };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [deny] });
    await (await stage.clients.s3()).send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    await expect(stage.destroy()).rejects.toMatchObject({
      code: "DESTROY_INCOMPLETE",
      detail: {
        why: {
          en: expect.stringMatching(
            /^step s3: It cannot be told whether .*\ns3 buckets: no answer: AWS denied a call/,
          ) as string,
        },
      },
    });
    expect(holdings(stage)).toEqual([bucket]);
  });
});

describe("data that is not the stack's own", () => {
  it("is told from uploads and logs", async () => {
    const stage = await startStage();
    await make(stage, ["bucket"]);
    const variant = `variants/${upload}/${"ab12".repeat(16)}`;
    for (const key of [upload, variant, "logs/a/b.gz", "lecture05-diagnose/x"]) await put(stage, key, "12345");
    for (const key of [upload.toUpperCase(), `${upload}s`, `x/${upload}`, "variants/x", "notes/é 日本.txt", "logs"]) {
      await put(stage, key, "123");
    }
    expect(await storedData(stage.ports.objectStorage, bucket)).toEqual({
      uploads: { count: 2, sizeBytes: 10 },
      logs: { count: 2, sizeBytes: 10 },
      foreign: { count: 6, sizeBytes: 18, examples: expect.objectContaining({ length: 5 }) as string[] },
    });
  });

  it("that came after the question is left, with its bucket, and named", async () => {
    const stage = await startStage();
    await make(stage, ["bucket-content", "gateway"]);
    await put(stage, "notes/thesis.txt");
    await expect(stage.destroy()).rejects.toMatchObject({
      code: "DESTROY_INCOMPLETE",
      detail: {
        why: {
          en: expect.stringContaining(
            `s3:bucket ${bucket}: It holds 1 object that neither the application nor the hosts put there: notes/thesis.txt`,
          ) as string,
        },
      },
    });
    expect(holdings(stage)).toEqual([bucket]);
    expect(await stage.ports.objectStorage.getObject(bucket, upload)).toBeDefined();
    await stage.destroy({ deleteData: true });
    expect(holdings(stage)).toEqual([]);
  });
});

describe("--keep-bucket", () => {
  it("keeps the bucket as it is, and nothing else; a later destroy removes it", async () => {
    const stage = await startStage();
    await make(stage, partNames);
    await stage.ports.objectStorage.putBucketPolicy(bucket, secureTransportPolicy(bucket, region));
    await put(stage, "notes/thesis.txt", "precious");
    const s3 = await stage.clients.s3();
    const seen = async (): Promise<unknown> => ({
      versions: (await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }))).Versions,
      policy: (await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }))).Policy,
      settings: await stage.ports.objectStorage.bucketSettings(bucket),
    });
    const before = await seen();

    const result = await stage.destroy({ keepBucket: true });
    expect(result.kept).toEqual([{ type: "s3:bucket", id: bucket, objects: 2, sizeBytes: 11 }]);
    expect(holdings(stage)).toEqual([bucket]);
    expect(await seen()).toEqual(before);
    const last = stage.events.at(-1);
    expect(last).toMatchObject({ type: "run.finished", outcome: "done", left: 0, kept: result.kept });
    const text = readFileSync(join(result.certificate ?? "", "certificate.txt"), "utf8");
    expect(text).toContain(`  s3:bucket ${bucket} (2 objects, 11 bytes)`);

    // What `up` does with it: nothing to create.
    const session = stage.openSession();
    const changes = await s3Step.plan(session.contextFor(s3Step));
    session.close();
    expect(changes.filter(({ subject }) => subject.startsWith("s3:bucket"))).toEqual([]);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "notes/thesis.txt" }));
    expect(await Body?.transformToString()).toBe("precious");

    expect((await stage.destroy({ deleteData: true })).deleted).toBe(1);
    expect(holdings(stage)).toEqual([]);
  });

  it("is no leftover, and nothing to keep when there is no bucket", async () => {
    const stage = await startStage();
    await make(stage, ["gateway"]);
    expect(await stage.destroy({ keepBucket: true })).toMatchObject({ deleted: 1, kept: [] });
  });
});
