import { randomUUID } from "node:crypto";
import type { Http } from "../../ports/http.ts";
import { socketPath } from "../../remote/paths.ts";
import type { AlbOutput } from "../alb.ts";
import { check } from "../check.ts";
import { ec2 } from "../ec2.ts";
import { keepAnswer } from "../keep-answer.ts";
import { answeredByPuma, askedByNginx, passedToSocket } from "../path-checks.ts";
import { findRequest, type FoundRequest } from "../request-path.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";

/** One request from outside, and where it was seen. */
export interface FollowedPage {
  readonly request: FoundRequest;
  /** Private addresses of the load balancer's own interfaces. */
  readonly own: readonly string[];
  /** That it was answered. */
  readonly answered: Check;
  /** That it went from Nginx through the socket to Puma. */
  readonly behindNginx: readonly Check[];
}

/** The first page as a visitor gets it through the load balancer, whichever kind that is, and its way to Puma. */
export async function followPage(
  ctx: StepContext,
  output: AlbOutput,
  http: Http,
  headers: Readonly<Record<string, string>> = {},
): Promise<FollowedPage> {
  const { vpcId, hosts } = ctx.output(ec2);
  const requestId = randomUUID();
  const [page, interfaces] = await together([
    http.request(`${output.url}/`, { headers: { "x-request-id": requestId, ...headers } }),
    ctx.ports.network.findNetworkInterfaces(vpcId),
  ]);
  const own = interfaces
    .filter(({ description }) => description === output.interfaceDescription)
    .map(({ privateIp }) => privateIp);
  const [request] = await together([
    findRequest(ctx, hosts, requestId),
    page.kind === "answer" && page.status === 200 ? keepAnswer(ctx, `${output.url}/`, page, {}, http) : undefined,
  ]);
  return {
    request,
    own,
    answered: check(
      "page-through-load-balancer",
      { en: "GET / through the load balancer's name", ja: "DNS 名で GET /" },
      "200",
      page.kind === "answer" ? String(page.status) : `${page.kind}: ${page.message}`,
    ),
    behindNginx: [
      passedToSocket(request),
      answeredByPuma(request, request.results, `unix:${socketPath}`),
      askedByNginx(request, request.results),
    ],
  };
}
