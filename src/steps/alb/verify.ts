import { randomBytes } from "node:crypto";
import type { AlbOutput } from "../alb.ts";
import { check } from "../check.ts";
import { ec2 } from "../ec2.ts";
import type { FoundRequest } from "../request-path.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import type { Http } from "../../ports/http.ts";
import { followPage } from "./follow-page.ts";
import { describeHealth } from "./health.ts";
import { verifyTls } from "./verify-tls.ts";
import { routeTo, visiting } from "./visitor.ts";

/** How long a connection that a security group drops is waited for; an open one answers in milliseconds. */
const dropTimeoutMs = 2_000;

export async function verifyAlb(ctx: StepContext, output: AlbOutput): Promise<Check[]> {
  const { hosts } = ctx.output(ec2);
  const route = await routeTo(ctx.ports, output);
  const http = visiting(ctx.ports.http, route);
  const [health, page, tls, direct] = await together([
    targetHealthy(ctx, output),
    followMarks(ctx, output, http),
    route ? verifyTls(ctx, output, http, route) : [],
    together(hosts.map(({ publicIp }) => hostClosed(ctx, publicIp))),
  ]);
  return [health, ...page, ...tls, ...direct.flat()];
}

export async function targetHealthy(ctx: StepContext, { targetGroupArn }: AlbOutput): Promise<Check> {
  const health = await ctx.ports.loadBalancing.targetHealth(targetGroupArn);
  const unhealthy = health.filter(({ state }) => state !== "healthy");
  // A load balancer whose targets are all ill sends requests to all of them ("fail-open"): the page proves nothing.
  const seen = health.length === 0 ? "no target" : unhealthy.map(describeHealth).join(", ") || "healthy";
  return check(
    "target-healthy",
    { en: "Every target is healthy", ja: "すべてのターゲットが正常(healthy)" },
    "healthy",
    seen,
  );
}

/** One request from here to Puma, with the marks that it gets on its way. */
async function followMarks(ctx: StepContext, output: AlbOutput, http: Http): Promise<Check[]> {
  const traceRoot = `1-${Math.floor(ctx.clock.now().getTime() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
  const { request, own, answered, behindNginx } = await followPage(ctx, output, http, {
    "x-amzn-trace-id": `Root=${traceRoot}`,
  });
  const { nginx } = request;
  return [
    answered,
    {
      name: "private-address",
      title: {
        en: "Nginx was asked from the load balancer's private address",
        ja: "Nginx のログの接続元が ALB のプライベート IP",
      },
      expected: own.join(" or ") || "a private address of the load balancer",
      observed: nginx?.remote ?? "no line in the access log",
      ok: nginx !== undefined && own.includes(nginx.remote),
    },
    ...behindNginx,
    forwardedFor(request),
    traceId(request, traceRoot),
  ];
}

/** The visitor's address, which the load balancer alone has seen, reaches the application. */
function forwardedFor({ nginx, puma }: FoundRequest): Check {
  return check(
    "forwarded-for",
    { en: "Puma knows the visitor from X-Forwarded-For", ja: "X-Forwarded-For で接続元が Puma に伝わる" },
    // The load balancer adds the address that it saw at the end.
    nginx?.forwardedFor?.split(",").at(-1)?.trim() ?? "an address in Nginx's log",
    puma?.client ?? "no line in its log",
  );
}

/**
 * A load balancer puts an id of its own before the one that comes with a request
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html).
 */
function traceId({ nginx }: FoundRequest, root: string): Check {
  const seen = nginx?.traceId ?? "none in Nginx's log";
  return check(
    "trace-id",
    { en: "The load balancer marked it (X-Amzn-Trace-Id)", ja: "ALB が X-Amzn-Trace-Id を付けた" },
    "Self=…;Root=ours",
    seen.replace(/^Self=1-[0-9a-f]{8}-[0-9a-f]{24};/, "Self=…;").replace(root, "ours"),
  );
}

export async function hostClosed(ctx: StepContext, publicIp: string | undefined): Promise<Check[]> {
  if (!publicIp) return [];
  const direct = await ctx.ports.http.request(`http://${publicIp}/`, { timeoutMs: dropTimeoutMs });
  return [
    check(
      "host-closed",
      { en: "The host itself does not answer from outside", ja: "インスタンスには外部から直接接続できない" },
      "timeout",
      direct.kind === "answer" ? `answered ${direct.status}` : direct.kind,
    ),
  ];
}
