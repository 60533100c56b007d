import { randomBytes } from "node:crypto";
import type { AlbOutput } from "../alb.ts";
import { check } from "../check.ts";
import { ec2 } from "../ec2.ts";
import { findRequest, type FoundRequest } from "../request-path.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import { followPage } from "./follow-page.ts";
import { healthCheck } from "./settings.ts";
import { hostClosed, targetHealthy } from "./verify.ts";

/** What sets a network load balancer apart: addresses that stay, the visitor's address kept, nothing read or added. */
export async function verifyNlb(ctx: StepContext, output: AlbOutput): Promise<Check[]> {
  const { hosts } = ctx.output(ec2);
  const [health, addresses, page, raw, direct] = await together([
    targetHealthy(ctx, output),
    fixedAddresses(ctx, output),
    followUnread(ctx, output),
    handedOn(ctx, output),
    together(hosts.map(({ publicIp }) => hostClosed(ctx, publicIp))),
  ]);
  return [health, ...addresses, ...page, raw, ...direct.flat()];
}

/** Where the name leads, against the addresses that are the account's own; and that each of them answers. */
async function fixedAddresses(ctx: StepContext, { dnsName }: AlbOutput): Promise<Check[]> {
  const { http, network } = ctx.ports;
  const [found, kept] = await together([http.addresses(dnsName), network.findElasticIps(ctx.stack)]);
  const own = kept.filter(({ interfaceId }) => interfaceId !== undefined).map(({ publicIp }) => publicIp);
  // A zone's address has the load balancer's name only while something is healthy behind it.
  const isOwn = found.length > 0 && found.every((address) => own.includes(address));
  const answers = await together(
    own.map(async (address) => {
      const answer = await http.request(`http://${address}${healthCheck.path}`);
      return answer.kind === "answer" ? String(answer.status) : `${answer.kind}: ${answer.message}`;
    }),
  );
  return [
    {
      name: "fixed-addresses",
      title: { en: "Its name leads to the Elastic IPs", ja: "DNS 名の解決先が Elastic IP" },
      expected: own.join(" or ") || "an Elastic IP",
      observed: found.join(", ") || "no address",
      ok: isOwn,
    },
    check(
      "each-address-answers",
      {
        en: "Each zone's address answers, also where no host is (cross-zone)",
        ja: "各 AZ のアドレスが応答する(クロスゾーン負荷分散)",
      },
      "200, 200",
      answers.join(", ") || "no address",
    ),
  ];
}

/** One request from here to Puma, and what has become of it on its way. */
async function followUnread(ctx: StepContext, output: AlbOutput): Promise<Check[]> {
  const { request, own, answered, behindNginx } = await followPage(ctx, output, ctx.ports.http);
  return [
    answered,
    clientAddress(request, own),
    nothingAdded(request),
    ...behindNginx,
    check(
      "visitor-known",
      { en: "Puma knows the visitor by the connection's address", ja: "接続元のアドレスが Puma に伝わる" },
      request.nginx?.remote ?? "an address in Nginx's log",
      request.puma?.client ?? "no line in its log",
    ),
  ];
}

/** An application load balancer asks under its own private address; this one hands on the visitor's. */
function clientAddress({ nginx }: FoundRequest, own: readonly string[]): Check {
  return {
    name: "client-address",
    title: {
      en: "Nginx was asked from the visitor's address",
      ja: "Nginx のログの接続元が閲覧者のアドレス",
    },
    expected: own.length > 0 ? `none of ${own.join(", ")}` : "another address than the load balancer's",
    observed: nginx?.remote ?? "no line in the access log",
    ok: nginx !== undefined && own.length > 0 && !own.includes(nginx.remote),
  };
}

/** X-Forwarded-For and X-Amzn-Trace-Id are what an application load balancer adds to every request. */
function nothingAdded({ nginx }: FoundRequest): Check {
  const added = [
    ...(nginx?.forwardedFor ? ["X-Forwarded-For"] : []),
    ...(nginx?.traceId ? ["X-Amzn-Trace-Id"] : []),
  ].join(", ");
  return check(
    "nothing-added",
    { en: "The load balancer added no header", ja: "ヘッダーが追加されていない" },
    "no header",
    nginx ? added || "no header" : "no line in the access log",
  );
}

/** What is not HTTP at all: whoever reads HTTP refuses it by itself. Here Nginx does, in whose log it is. */
async function handedOn(ctx: StepContext, { dnsName }: AlbOutput): Promise<Check> {
  const { hosts } = ctx.output(ec2);
  const line = `lecture05-${randomBytes(12).toString("hex")}`;
  const answer = await ctx.ports.http.say(dnsName, line);
  const { nginx } = await findRequest(ctx, hosts, line);
  const status = answer.kind === "line" ? (/ (\d{3}) /.exec(`${answer.line} `)?.[1] ?? answer.line) : answer.kind;
  return check(
    "handed-on-unread",
    { en: "A line that is no HTTP reaches Nginx as it is", ja: "HTTP ではないデータもそのまま Nginx に届く" },
    "400 from Nginx",
    nginx ? `${nginx.status} from Nginx` : `${status}, no line in the access log`,
  );
}
