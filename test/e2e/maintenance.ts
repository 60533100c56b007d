import { CreateRuleCommand, DeleteRuleCommand, DescribeRulesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DeleteObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { request } from "node:http";
import { breakEach } from "./break-each.ts";
import type { Breakage } from "./breakages/breakage.ts";
import { listenersOf } from "./diagnose/https.ts";
import type { Provocation } from "./diagnose/provocation.ts";
import { toElb, toS3 } from "../support/stack-aws.ts";
import { onHost, type Stack } from "../support/stack.ts";

const siteOf = ({ bucket }: Stack): string => `${bucket}-site`;
const repair = ({ tool }: Stack) => tool.ok("step", "static-site");

/** Ways to break the maintenance page, and the checks that have to notice. */
const breakages: readonly Breakage[] = [
  {
    proves: { "static-site": ["site-page"] },
    what: "the page is deleted",
    breakIt: async (stack) =>
      (await toS3(stack)).send(new DeleteObjectCommand({ Bucket: siteOf(stack), Key: "index.html" })),
    repair,
  },
  {
    proves: { "static-site": ["site-error-page"] },
    what: "somebody wrote another error page",
    breakIt: async (stack) =>
      (await toS3(stack)).send(new PutObjectCommand({ Bucket: siteOf(stack), Key: "error.html", Body: "defaced" })),
    repair,
  },
  {
    proves: { "static-site": ["site-read-only"] },
    what: "everybody may delete",
    breakIt: async (stack) => {
      const Action = ["s3:GetObject", "s3:DeleteObject"];
      const Resource = `arn:aws:s3:::${siteOf(stack)}/*`;
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: "*", Action, Resource }],
      });
      await (await toS3(stack)).send(new PutBucketPolicyCommand({ Bucket: siteOf(stack), Policy }));
    },
    repair,
  },
  {
    // Somebody else's rule is not ours to take away.
    proves: { "static-site": ["maintenance-off"] },
    what: "somebody's rule sends visitors elsewhere",
    breakIt: async (stack) => {
      const Actions = [{ Type: "redirect", RedirectConfig: { Host: "example.test", StatusCode: "HTTP_302" } }] as const;
      const Conditions = [{ Field: "path-pattern", Values: ["*"] }];
      const ListenerArn = await listenerArn(stack);
      const rule = { ListenerArn, Priority: 7, Conditions, Actions: [...Actions] };
      await (await toElb(stack)).send(new CreateRuleCommand(rule));
    },
    repair: async (stack) => {
      const elb = await toElb(stack);
      const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: await listenerArn(stack) }));
      const rule = Rules.find(({ Priority }) => Priority === "7");
      await elb.send(new DeleteRuleCommand({ RuleArn: rule?.RuleArn }));
    },
    isEventual: true,
  },
];

const listenerArn = async ({ tool }: Stack): Promise<string> => (await listenersOf(tool)).get(80)?.ListenerArn ?? "";

const maintenanceOn: Provocation = {
  layer: "load-balancer",
  code: "MAINTENANCE_ON",
  what: "maintenance is on, and nothing else is wrong",
  breakIt: ({ tool }) => tool.ok("maintenance", "on"),
  restore: ({ tool }) => tool.ok("maintenance", "off"),
};

/** The page that stands in for the application. Registered by the file that owns the stack. */
export function maintenance(stack: () => Stack, provoke: (provocation: Provocation) => Promise<void>): void {
  describe("maintenance", () => {
    it("is off at first, and costs nothing then", async () => {
      expect(await stack().tool.ok("maintenance")).toContain("Maintenance is off");
      await stack().tool.ok("maintenance", "off");
      expect(await namesOf(stack())).not.toContain("static-site");
    });

    it("sends a visitor to the page on S3 while Puma is stopped, and back", async () => {
      const { tool } = stack();
      await tool.ok("maintenance", "on");
      await onHost(stack(), "systemctl stop puma");
      const { url } = JSON.parse(await tool.ok("status", "--json")) as { url: string };
      // A connection that is kept would carry one more request by the old rules, also after the way back.
      const sent = await fetch(`${url}/fruits/new?a=b`, { redirect: "manual", headers: { connection: "close" } });
      expect(sent.status).toBe(302);
      const location = sent.headers.get("location") ?? "";
      expect(location).toMatch(/^http:\/\/[^/]+-site\.s3-website-ap-northeast-1\.localhost:\d+\/$/);
      expect(await visit(location)).toMatchObject({
        status: 200,
        body: expect.stringContaining("メンテナンス中") as string,
      });
      const { checks } = (await stepsOf(stack())).find(({ name }) => name === "static-site") ?? { checks: [] };
      expect(checks.map(({ name, ok }) => `${name} ${ok}`)).toEqual([
        "site-page true",
        "site-error-page true",
        "site-read-only true",
        "maintenance-on true",
      ]);
      expect(await tool.ok("status")).toContain("maintenance is on");
      await onHost(stack(), "systemctl start puma");
      await tool.ok("maintenance", "off");
      expect((await fetch(url)).status).toBe(200);
      await tool.ok("verify");
    });

    it("is on again when it is switched on twice, by one rule", async () => {
      await stack().tool.ok("maintenance", "on");
      await stack().tool.ok("maintenance", "on");
      const request = new DescribeRulesCommand({ ListenerArn: await listenerArn(stack()) });
      const { Rules = [] } = await (await toElb(stack())).send(request);
      expect(Rules.map(({ Priority }) => Priority)).toEqual(["1", "default"]);
      await stack().tool.ok("maintenance", "off");
    });

    it("is named by diagnose when nothing else is wrong", () => provoke(maintenanceOn));

    breakEach(stack, breakages);
  });
}

interface StepSeen {
  readonly name: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[];
}

const stepsOf = async ({ tool }: Stack): Promise<StepSeen[]> =>
  (JSON.parse(await tool.ok("status", "--json")) as { steps: StepSeen[] }).steps;

const namesOf = async (stack: Stack): Promise<string[]> => (await stepsOf(stack)).map(({ name }) => name);

/** As a browser does, which finds names below localhost by itself; Node's resolver need not. */
function visit(url: string): Promise<{ status: number; body: string }> {
  const { host, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path: pathname, headers: { host } }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on("error", reject)
      .end();
  });
}
