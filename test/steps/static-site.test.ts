import { CreateRuleCommand, ModifyListenerCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DeleteObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import type { HttpOutcome } from "../../src/ports/http.ts";
import { sandboxAccount } from "../../src/sandbox/world.ts";
import { siteBucketNameFor } from "../../src/steps/s3/bucket-name.ts";
import { publicPagesPolicy } from "../../src/steps/s3/policies.ts";
import { staticSite } from "../../src/steps/static-site.ts";
import { maintenancePage } from "../../src/steps/static-site/pages.ts";
import type { Check, StepContext } from "../../src/steps/step.ts";
import { make } from "../support/stack-parts.ts";
import { bucket, holdings, region, stack, startStage, type Stage } from "../support/stage.ts";

const siteBucket = siteBucketNameFor({ stack, region, account: sandboxAccount });
const loadBalancerUrl = "http://load-balancer.test";

interface Scene {
  readonly stage: Stage;
  /** As the next run would see it. */
  readonly context: (maintenance?: boolean) => StepContext;
}

/**
 * The sandbox's own website answers for the pages. The load balancer, which has no machine behind it here, is a double
 * that reads the listener's rules and follows them two looks late.
 */
async function startScene(): Promise<Scene> {
  const stage = await startStage();
  const { loadBalancer: loadBalancerArn = "", targetGroup: targetGroupArn = "" } = await make(stage, [
    "listener",
    "bucket",
  ]);
  let seen = ["", ""];
  const real = stage.ports.http;
  const redirects = (): string => {
    const rules = Object.values(stage.sandbox.world.elbv2.data.rules);
    const config = rules.find(({ priority }) => priority === 1)?.actions[0]?.RedirectConfig;
    return config ? `${config.Protocol?.toLowerCase()}://${config.Host}:${config.Port}${config.Path}` : "";
  };
  const request = async (url: string): Promise<HttpOutcome> => {
    if (!url.startsWith(loadBalancerUrl)) return real.request(url);
    seen = [...seen, redirects()].slice(-3);
    const location = seen[0] ?? "";
    const headers: Record<string, string> = location === "" ? {} : { location };
    return { kind: "answer", status: location === "" ? 200 : 302, headers, body: Buffer.alloc(0) };
  };
  return {
    stage,
    context(maintenance) {
      const session = stage.openSession();
      const facts = { url: loadBalancerUrl, dnsName: "load-balancer.test", interfaceDescription: "x" };
      session.recordOf("alb").output = { ...facts, loadBalancerArn, targetGroupArn };
      const context = session.contextFor(staticSite);
      session.close();
      const settings = { ...context.settings, maintenance };
      return { ...context, settings, ports: { ...context.ports, http: { ...real, request } } };
    },
  };
}

const plan = async (ctx: StepContext): Promise<string[]> =>
  (await staticSite.plan(ctx)).map(({ action, subject }) => `${action} ${subject}`);
const failed = (checks: readonly Check[]): string[] => checks.filter(({ ok }) => !ok).map(({ name }) => name);

test("makes a site that everybody can read, proves it, and has nothing to do then", async () => {
  const { context } = await startScene();
  const ctx = context();
  expect(await plan(ctx)).toEqual([`create s3:bucket ${siteBucket}`]);
  const output = await staticSite.apply(ctx);
  expect(output).toMatchObject({ bucket: siteBucket, maintenance: false });
  expect(await plan(ctx)).toEqual([]);
  const checks = await staticSite.verify(ctx, output);
  expect(checks.map(({ name }) => name)).toEqual(["site-page", "site-error-page", "site-read-only", "maintenance-off"]);
  expect(failed(checks)).toEqual([]);
  expect(await staticSite.adopt(ctx)).toEqual(output);
});

test("sends visitors to the site and back, and waits until the load balancer does", async () => {
  const { stage, context } = await startScene();
  await staticSite.apply(context());
  expect(await plan(context(true))).toEqual(["create elbv2:rule maintenance"]);
  const on = await staticSite.apply(context(true));
  expect(on.maintenance).toBe(true);
  expect(stage.waitedMs()).toBeGreaterThan(0);
  const checks = await staticSite.verify(context(true), on);
  expect(checks.at(-1)).toMatchObject({
    name: "maintenance-on",
    ok: true,
    observed: expect.stringContaining(siteBucket) as string,
  });
  expect(await plan(context(true))).toEqual([]);
  expect(await staticSite.adopt(context(true))).toEqual(on);

  expect(await plan(context(false))).toEqual(["delete elbv2:rule maintenance"]);
  const off = await staticSite.apply(context(false));
  expect(failed(await staticSite.verify(context(false), off))).toEqual([]);
  expect(Object.keys(stage.sandbox.world.elbv2.data.rules)).toEqual([]);
});

test.each<[string, (stage: Stage) => Promise<unknown>, string[]]>([
  [
    "the page is gone",
    async ({ clients }) =>
      (await clients.s3()).send(new DeleteObjectCommand({ Bucket: siteBucket, Key: maintenancePage.key })),
    ["site-page"],
  ],
  [
    "somebody wrote another error page",
    async ({ clients }) =>
      (await clients.s3()).send(new PutObjectCommand({ Bucket: siteBucket, Key: "error.html", Body: "defaced" })),
    ["site-error-page"],
  ],
  [
    "everybody may write",
    async ({ clients }) => {
      const [statement] = publicPagesPolicy(siteBucket, region).Statement;
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Action: "s3:*Object" }] });
      return (await clients.s3()).send(new PutBucketPolicyCommand({ Bucket: siteBucket, Policy }));
    },
    ["site-read-only"],
  ],
  [
    "the rule is gone",
    async ({ ports, sandbox }) => {
      const [arn = ""] = Object.keys(sandbox.world.elbv2.data.rules);
      return ports.loadBalancing.deleteDetour(arn);
    },
    ["maintenance-on"],
  ],
])("notices that %s, and puts it right", async (_what, breakIt, names) => {
  const { stage, context } = await startScene();
  const output = await staticSite.apply(context(true));
  await breakIt(stage);
  // The double follows two looks late.
  for (let look = 0; look < 3; look++) await context().ports.http.request(loadBalancerUrl);
  expect(failed(await staticSite.verify(context(true), output))).toEqual(names);
  expect(await plan(context(true))).not.toEqual([]);
  await staticSite.apply(context(true));
  expect(await plan(context(true))).toEqual([]);
  expect(failed(await staticSite.verify(context(true), output))).toEqual([]);
});

test("says so when the account forbids public buckets, and goes on when it no longer does", async () => {
  const { stage, context } = await startScene();
  const found = stage.sandbox.world.s3;
  const ctx = context();
  const forbidden = {
    ...ctx.ports.objectStorage,
    // As for a whole account: the bucket's own setting changes nothing.
    openToEverybody: async (name: string) => {
      await ctx.ports.objectStorage.blockPublicAccess(name);
      const Policy = JSON.stringify(publicPagesPolicy(name, region));
      await (await stage.clients.s3()).send(new PutBucketPolicyCommand({ Bucket: name, Policy }));
    },
  };
  const blocked = { ...ctx, ports: { ...ctx.ports, objectStorage: forbidden } };
  await expect(staticSite.apply(blocked)).rejects.toThrow("BlockPublicPolicy");
  expect(found.find(siteBucket)).toBeDefined();
  expect(failed(await staticSite.verify(ctx, await staticSite.apply(ctx)))).toEqual([]);
});

test("takes its rule and its bucket away, and leaves the other bucket and the listener", async () => {
  const { stage, context } = await startScene();
  const before = holdings(stage);
  await staticSite.apply(context(true));
  const outcome = await staticSite.destroy(context(true), { keepBucket: false, deleteData: false });
  expect(outcome.leftovers).toEqual([]);
  expect(outcome.deleted.map(({ type }) => type)).toEqual(["elbv2:rule", "s3:bucket"]);
  expect(holdings(stage)).toEqual(before);
  expect(holdings(stage)).toContain(bucket);
});

test("deletes no file that somebody else put into the site", async () => {
  const { stage, context } = await startScene();
  await staticSite.apply(context());
  await (await stage.clients.s3()).send(new PutObjectCommand({ Bucket: siteBucket, Key: "shop.html", Body: "x" }));
  const outcome = await staticSite.destroy(context(), { keepBucket: false, deleteData: false });
  expect(outcome.leftovers).toMatchObject([{ type: "s3:bucket", id: siteBucket }]);
  const second = await staticSite.destroy(context(), { keepBucket: false, deleteData: true });
  expect(second.leftovers).toEqual([]);
});

test("touches no rule that is somebody else's", async () => {
  const { stage, context } = await startScene();
  await staticSite.apply(context());
  const [listener] = Object.values(stage.sandbox.world.elbv2.data.listeners);
  const rule = {
    ListenerArn: listener?.arn,
    Priority: 1,
    Conditions: [{ Field: "path-pattern", Values: ["/shop"] }],
    Actions: [{ Type: "redirect" as const, RedirectConfig: { Host: "example.test", StatusCode: "HTTP_302" as const } }],
  };
  await (await stage.clients.elbv2()).send(new CreateRuleCommand(rule));
  await expect(staticSite.apply(context(true))).rejects.toMatchObject({ code: "NAME_TAKEN" });
  await staticSite.destroy(context(), { keepBucket: false, deleteData: false });
  expect(Object.values(stage.sandbox.world.elbv2.data.rules)).toHaveLength(1);
});

test("leaves a listener that somebody turned elsewhere as it is", async () => {
  const { stage, context } = await startScene();
  await staticSite.apply(context());
  const [listener] = Object.values(stage.sandbox.world.elbv2.data.listeners);
  await (
    await stage.clients.elbv2()
  ).send(
    new ModifyListenerCommand({
      ListenerArn: listener?.arn,
      DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200" } }],
    }),
  );
  await staticSite.apply(context(true));
  await staticSite.apply(context(false));
  expect(listener?.defaultActions[0]?.Type).toBe("fixed-response");
});
