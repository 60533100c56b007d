import type { Action, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { keepForLog, keepTraceForLog, logFormatLine } from "./access-log.ts";
import { conditionsOf } from "./conditions.ts";
import type { TlsPolicy } from "../ssl-policies.ts";
import { quote } from "./quote.ts";

/** One rule of a listener, in the order of evaluation; the last has no conditions. */
export interface RuleModel {
  readonly conditions: readonly RuleCondition[];
  readonly action: Action;
}

/** How a listener ends TLS. */
export interface TlsModel {
  /** Where in the container the certificate lies with its chain and key. */
  readonly certificatePath: string;
  readonly policy: TlsPolicy;
}

export interface ListenerModel {
  readonly port: number;
  /** Absent: plain HTTP. */
  readonly tls?: TlsModel;
  readonly rules: readonly RuleModel[];
}

export interface FrontendOptions {
  readonly forwardedFor: "append" | "preserve" | "remove";
  /** A target group's ARN to its backend's name. */
  readonly backendOf: (targetGroupArn: string) => string;
}

const root = "1-%[date,hex,bytes(8,8),lower]-%[uuid,regsub(-,,g),bytes(0,24)]";

/** A listener: chooses a rule first, then does what the rule says, because HAProxy orders by kind of statement and ELB by priority. */
export function frontend(listener: ListenerModel, options: FrontendOptions): string[] {
  const chosen = (index: number): string => `{ var(txn.rule) -m int ${index} }`;
  const choose = listener.rules.map(({ conditions }, index) => {
    const unless = index === 0 ? [] : ["!{ var(txn.rule) -m found }"];
    const when = [...unless, conditionsOf(conditions)].filter(Boolean).join(" ");
    return `  http-request set-var(txn.rule) int(${index})${when ? ` if ${when}` : ""}`;
  });
  const act = listener.rules.flatMap(({ action }, index) => actionLines(action, listener, chosen(index), options));
  const groups = [...new Set(listener.rules.flatMap(({ action }) => forwardsOf(action)).map(({ arn }) => arn))];
  const routes = groups.map(options.backendOf).flatMap((backend) => [
    // ELB fails open: when no target is healthy, all of them are tried.
    `  use_backend ${backend}.open if { var(txn.group) -m str ${backend} } { nbsrv(${backend}) eq 0 }`,
    `  use_backend ${backend} if { var(txn.group) -m str ${backend} }`,
  ]);
  return [
    `frontend listener-${listener.port}`,
    `  bind :${listener.port}${listener.tls ? tlsWords(listener.tls) : ""}`,
    logFormatLine,
    ...keepForLog,
    ...choose,
    ...act,
    ...headerLines(listener, options.forwardedFor),
    keepTraceForLog,
    ...routes,
  ];
}

const protocolOf = ({ tls }: ListenerModel): "http" | "https" => (tls ? "https" : "http");

/** How HAProxy is told to end TLS; `protocols`: what it offers to speak inside (ALPN). */
export function tlsWords(
  { certificatePath, policy: { versions, suites, ciphers } }: TlsModel,
  protocols: readonly string[] = ["h2", "http/1.1"],
): string {
  const [oldest, newest] = [versions[0], versions.at(-1)].map((version) => (version === "TLSv1" ? "TLSv1.0" : version));
  // OpenSSL refuses what is older than TLS 1.2 unless told that it is wanted.
  const level = versions.includes("TLSv1.1") ? ["@SECLEVEL=0"] : [];
  return [
    ` ssl crt ${certificatePath}${protocols.length > 0 ? ` alpn ${protocols.join(",")}` : ""} ssl-min-ver ${oldest} ssl-max-ver ${newest}`,
    ...(ciphers.length > 0 ? [` ciphers ${[...ciphers, ...level].join(":")}`] : []),
    ...(suites.length > 0 ? [` ciphersuites ${suites.join(":")}`] : []),
  ].join("");
}

interface Forward {
  readonly arn: string;
  readonly weight: number;
}

/** The target groups that a forward action may choose, those of weight 0 left out. */
export function forwardsOf(action: Action): Forward[] {
  if (action.Type !== "forward") return [];
  const groups = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }];
  return groups.flatMap(({ TargetGroupArn: arn, Weight: weight = 1 }) => (arn && weight > 0 ? [{ arn, weight }] : []));
}

function actionLines(action: Action, listener: ListenerModel, chosen: string, options: FrontendOptions): string[] {
  switch (action.Type) {
    case "fixed-response": {
      const { StatusCode = "200", ContentType = "text/plain", MessageBody = "" } = action.FixedResponseConfig ?? {};
      const body = MessageBody ? ` content-type ${quote(ContentType)} string ${quote(MessageBody)}` : "";
      return [`  http-request return status ${StatusCode}${body} hdr Server awselb/2.0 if ${chosen}`];
    }
    case "redirect":
      return redirectLines(action, listener, chosen);
    case "forward":
      return forwardLines(forwardsOf(action), chosen, options.backendOf);
    default:
      return [];
  }
}

function redirectLines(action: Action, listener: ListenerModel, chosen: string): string[] {
  const { Protocol, Host, Port, Path = "/#{path}", Query = "#{query}", StatusCode } = action.RedirectConfig ?? {};
  const fill = (template: string): string =>
    quoteFormat(template, {
      "#{protocol}": protocolOf(listener),
      "#{host}": "%[req.hdr(host),field(1,:)]",
      "#{port}": String(listener.port),
      "#{path}": "%[path,regsub(^/,)]",
      "#{query}": "%[query]",
    });
  const code = StatusCode === "HTTP_302" ? 302 : 301;
  const protocol = (Protocol ?? "#{protocol}").toLowerCase();
  const target = `${protocol}://${Host ?? "#{host}"}:${Port ?? "#{port}"}${Path}`;
  const plain = `  http-request redirect code ${code} location ${fill(target)} if ${chosen}`;
  if (Query === "") return [plain];
  // No question mark without a query.
  const whenAsked = Query === "#{query}" ? " { query -m len gt 0 }" : "";
  return [
    `  http-request redirect code ${code} location ${fill(`${target}?${Query}`)} if ${chosen}${whenAsked}`,
    ...(whenAsked ? [plain] : []),
  ];
}

/** A log format: placeholders become HAProxy's, all else is literal. */
function quoteFormat(template: string, placeholders: Readonly<Record<string, string>>): string {
  const parts = template.split(/(#\{[a-z]+\})/);
  const words = parts.map((part) => placeholders[part] ?? quote(part.replaceAll("%", "%%")).slice(1, -1));
  return `"${words.join("")}"`;
}

function forwardLines(forwards: readonly Forward[], chosen: string, backendOf: FrontendOptions["backendOf"]): string[] {
  const set = (arn: string): string => `  http-request set-var(txn.group) str(${backendOf(arn)}) if ${chosen}`;
  const [first, ...others] = forwards;
  if (!first) return [];
  if (others.length === 0) return [set(first.arn)];
  const total = forwards.reduce((sum, { weight }) => sum + weight, 0);
  let below = total;
  const lines = [`  http-request set-var(txn.draw) rand(${total}) if ${chosen}`];
  // From the last share down, so that the lowest that still holds is what stays set.
  for (const { arn, weight } of [...forwards].reverse()) {
    lines.push(`${set(arn)} { var(txn.draw) -m int lt ${below} }`);
    below -= weight;
  }
  return lines;
}

function headerLines(listener: ListenerModel, forwardedFor: FrontendOptions["forwardedFor"]): string[] {
  const name = "X-Forwarded-For";
  const forwarded = {
    append: [
      `  http-request set-header ${name} "%[req.fhdr(x-forwarded-for)], %[src]" if { req.hdr(x-forwarded-for) -m found }`,
      `  http-request set-header ${name} %[src] if !{ req.hdr(x-forwarded-for) -m found }`,
    ],
    preserve: [],
    remove: [`  http-request del-header ${name}`],
  }[forwardedFor];
  return [
    ...forwarded,
    `  http-request set-header X-Forwarded-Proto ${protocolOf(listener)}`,
    `  http-request set-header X-Forwarded-Port ${listener.port}`,
    "  http-request set-var(txn.traced) bool(true) if { req.hdr(x-amzn-trace-id) -m sub Root= }",
    `  http-request set-header X-Amzn-Trace-Id "Self=${root};%[req.fhdr(x-amzn-trace-id)]" if { var(txn.traced) -m bool }`,
    `  http-request set-header X-Amzn-Trace-Id "Root=${root}" unless { var(txn.traced) -m bool }`,
  ];
}
