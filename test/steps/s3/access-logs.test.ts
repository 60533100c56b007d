import { describe, expect, it } from "vitest";
import { albTestFile } from "../../../src/steps/s3/access-logs-policy.ts";
import { adoptAccessLogs, applyAccessLogs, planAccessLogs } from "../../../src/steps/s3/access-logs.ts";
import { breakAccessLogs } from "../../../src/steps/s3/break-access-logs.ts";
import { secureTransportPolicy } from "../../../src/steps/s3/policies.ts";
import { verifyAccessLogs } from "../../../src/steps/s3/verify-access-logs.ts";
import type { Check } from "../../../src/steps/step.ts";
import { failed, logsBucket, place, startScene, type Scene } from "../../support/access-logs-scene.ts";
import { bucket, holdings, region, type Stage } from "../../support/stage.ts";

const everyName = [
  "load-balancer-logs-on",
  "bucket-logs-on",
  "logs-may-be-written",
  "load-balancer-wrote",
  "logs-private",
  "logs-expire",
  "request-logged",
];

describe("access logs on request", () => {
  it("are planned, switched on, proved, and then there is nothing to do", async () => {
    const { ctx } = await startScene();
    expect((await planAccessLogs(ctx, undefined)).map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      `create s3:bucket ${logsBucket}`,
      "update elbv2:load-balancer load-balancer",
      `update s3:bucket ${bucket}`,
    ]);
    expect(await applyAccessLogs(ctx, undefined)).toBe(true);
    expect(await planAccessLogs(ctx, true)).toEqual([]);
    const checks = await verifyAccessLogs(ctx, true);
    expect(checks.map(({ name }) => name)).toEqual(everyName);
    expect(failed(checks)).toEqual([]);
  });

  it("are not waited for right after they were switched on", async () => {
    const { ctx, stage } = await startScene();
    await applyAccessLogs(ctx, undefined);
    const before = stage.waitedMs();
    expect(failed(await verifyAccessLogs(ctx, false))).toEqual([]);
    expect(stage.waitedMs()).toBe(before);
  });

  it("nobody asked for: nothing is made, and nothing is looked for in a stack that knows that it has none", async () => {
    const { ctx, stage } = await startScene({});
    expect(await planAccessLogs(ctx, false)).toEqual([]);
    expect(await planAccessLogs(ctx, undefined)).toEqual([]);
    expect(await applyAccessLogs(ctx, undefined)).toBe(false);
    expect(holdings(stage)).not.toContain(logsBucket);
  });

  it("stay on when nothing is said, also for a state that was lost, and go off on request", async () => {
    const scene = await startScene();
    await applyAccessLogs(scene.ctx, undefined);
    const say = (accessLogs: boolean | undefined) => ({
      ...scene.ctx,
      settings: { ...scene.ctx.settings, accessLogs },
    });
    expect(await applyAccessLogs(say(undefined), undefined)).toBe(true);
    expect(await adoptAccessLogs(say(undefined))).toBe(true);
    expect((await planAccessLogs(say(false), true)).map(({ reason }) => reason?.en)).toEqual([
      "access logs off",
      "access logs off",
    ]);
    expect(await applyAccessLogs(say(false), true)).toBe(false);
    expect(await planAccessLogs(say(false), true)).toEqual([]);
    expect(await adoptAccessLogs(say(undefined))).toBe(false);
    // What was written is still to be read.
    expect(holdings(scene.stage)).toContain(logsBucket);
  });

  it("of somebody else are left alone", async () => {
    const { ctx, arn } = await startScene();
    await applyAccessLogs(ctx, undefined);
    await ctx.ports.objectStorage.setAccessLog(bucket, { bucket, prefix: "own/" });
    await applyAccessLogs({ ...ctx, settings: { ...ctx.settings, accessLogs: false } }, true);
    expect(await ctx.ports.objectStorage.findAccessLog(bucket)).toEqual({ bucket, prefix: "own/" });
    expect(await ctx.ports.loadBalancing.findAccessLog(arn)).toBeUndefined();
  });
});

describe("each check fails when its part is broken", () => {
  const breakages: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
    "load-balancer-logs-on": ({ ctx, arn }) => ctx.ports.loadBalancing.setAccessLog(arn, undefined, 0),
    "bucket-logs-on": ({ ctx }) => ctx.ports.objectStorage.setAccessLog(bucket, undefined),
    "logs-may-be-written": ({ ctx }) =>
      ctx.ports.objectStorage.putBucketPolicy(logsBucket, secureTransportPolicy(logsBucket, region)),
    "load-balancer-wrote": ({ ctx }) => ctx.ports.objectStorage.emptyBucket(logsBucket, { prefix: albTestFile(place) }),
    "logs-private": ({ stage }) => stage.sandbox.world.s3.find(logsBucket)!.configure({ publicAccessBlock: undefined }),
    "logs-expire": ({ ctx }) => ctx.ports.objectStorage.expireAfter(logsBucket, 365),
    "request-logged": async ({ stage }) => (stage.sandbox.runtime.onLoadBalancerLog = () => []),
  };

  it.each(everyName)("%s", async (name) => {
    const scene = await startScene();
    await applyAccessLogs(scene.ctx, undefined);
    await breakages[name]?.(scene);
    const before = scene.stage.waitedMs();
    // Where nothing may be written, no line arrives either.
    const follows = ["load-balancer-logs-on", "logs-may-be-written"].includes(name) ? ["request-logged"] : [];
    expect(failed(await verifyAccessLogs(scene.ctx, true))).toEqual([name, ...follows]);
    if (follows.length > 0) expect(scene.stage.waitedMs()).toBe(before);
  });

  it("the wait for a line has an end, and says meanwhile what it waits for", async () => {
    const scene = await startScene();
    await applyAccessLogs(scene.ctx, undefined);
    scene.stage.sandbox.runtime.onLoadBalancerLog = () => [];
    const said: string[] = [];
    const ctx = { ...scene.ctx, progress: ({ en }: { en: string }) => void said.push(en) };
    const checks = await verifyAccessLogs(ctx, true);
    expect(checks.at(-1)?.observed).toMatch(/^no line after 4[2-3]\d s$/);
    expect(said.at(-1)).toMatch(/^waiting for the load balancer's log, which AWS delivers every 5 minutes \(\d+ s\)$/);
  });
});

describe("the logs' bucket closed for a moment", () => {
  it("is refused by load balancing, and comes back as it was", async () => {
    const { ctx } = await startScene();
    await applyAccessLogs(ctx, undefined);
    const checks: Check[] = [];
    await breakAccessLogs(ctx, (...seen) => void checks.push(...seen));
    expect(checks.map(({ name, observed }) => `${name}: ${observed}`)).toEqual([
      "logs-denied: refused",
      "logs-well-again: on",
    ]);
    expect(await planAccessLogs(ctx, true)).toEqual([]);
  });

  it("shows when it is let in all the same", async () => {
    const { ctx } = await startScene();
    await applyAccessLogs(ctx, undefined);
    const checks: Check[] = [];
    const { objectStorage } = ctx.ports;
    // The policy is not what decides.
    const deaf = {
      ...ctx,
      ports: { ...ctx.ports, objectStorage: { ...objectStorage, putBucketPolicy: async () => {} } },
    };
    await breakAccessLogs(deaf, (...seen) => void checks.push(...seen));
    expect(failed(checks)).toEqual(["logs-denied"]);
  });
});

describe("destroy", () => {
  it("stops the logs first, removes both buckets, and leaves nothing", async () => {
    const { ctx, stage, deliveries } = await startScene();
    await applyAccessLogs(ctx, undefined);
    await ctx.ports.http.request("http://page/");
    await deliveries.deliver();
    expect((await ctx.ports.objectStorage.listObjects(logsBucket, "")).length).toBeGreaterThan(1);
    await stage.destroy();
    expect(holdings(stage)).toEqual([]);
  });

  it("keeps what somebody put beside the logs until that was agreed to", async () => {
    const { ctx, stage } = await startScene();
    await applyAccessLogs(ctx, undefined);
    await putObject(stage, logsBucket, "notes.txt", "precious");
    await expect(stage.destroy()).rejects.toMatchObject({
      code: "DESTROY_INCOMPLETE",
      detail: { why: { en: expect.stringContaining("notes.txt") } },
    });
    expect(holdings(stage)).toEqual([logsBucket]);
    await stage.destroy({ deleteData: true });
    expect(holdings(stage)).toEqual([]);
  });

  it("does not touch a bucket of that name that is somebody else's", async () => {
    const { stage, ctx } = await startScene({});
    await createBucket(stage, logsBucket);
    await putObject(stage, logsBucket, "alb/precious", "precious");
    await stage.destroy();
    expect(holdings(stage)).toEqual([logsBucket]);
    expect(await ctx.ports.objectStorage.listObjects(logsBucket, "")).toHaveLength(1);
  });

  it("of a bucket that is kept: nothing logs into a bucket that is gone", async () => {
    const { ctx, stage } = await startScene();
    await applyAccessLogs(ctx, undefined);
    await stage.destroy({ keepBucket: true });
    expect(holdings(stage)).toEqual([bucket]);
    expect(await ctx.ports.objectStorage.findAccessLog(bucket)).toBeUndefined();
  });
});

async function createBucket({ clients }: Stage, Bucket: string): Promise<void> {
  const { CreateBucketCommand } = await import("@aws-sdk/client-s3");
  await (await clients.s3()).send(new CreateBucketCommand({ Bucket }));
}

async function putObject({ clients }: Stage, Bucket: string, Key: string, Body: string): Promise<void> {
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  await (await clients.s3()).send(new PutObjectCommand({ Bucket, Key, Body }));
}
