import { z } from "zod";
import { logMark } from "../elbv2/haproxy/access-log.ts";

const text = z.string();
const recordSchema = z.object({
  endedMs: text,
  client: text,
  port: text,
  server: text,
  queueMs: text,
  connectMs: text,
  targetMs: text,
  requestMs: text,
  totalMs: text,
  status: text,
  received: text,
  sent: text,
  method: text,
  version: text,
  cipher: text,
  protocol: text,
  answered: text,
  rule: text,
  group: text,
  uri: text,
  host: text,
  agent: text,
  trace: text,
});

/** What HAProxy tells of one request. */
export type RequestRecord = z.infer<typeof recordSchema>;

/** What the load balancer's records add to it. */
export interface LogSubject {
  /** app/NAME/ID */
  readonly loadBalancerId: string;
  readonly targetGroupArn: string | undefined;
  /** "0" is the default rule; undefined when none was asked. */
  readonly rulePriority: string | undefined;
  readonly action: string | undefined;
}

/** Undefined for what else HAProxy says. */
export function readRecord(line: string): RequestRecord | undefined {
  if (!line.startsWith(logMark)) return undefined;
  try {
    return recordSchema.parse(JSON.parse(line.slice(logMark.length)));
  } catch {
    return undefined;
  }
}

/**
 * One line as ELB writes it
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html#access-log-entry-format).
 */
export function albLine(record: RequestRecord, subject: LogSubject): string {
  const { endedMs, totalMs, queueMs, connectMs, targetMs, requestMs } = record;
  const isTls = record.protocol !== "-";
  const toTarget = sum(queueMs, connectMs);
  const ended = Number(endedMs);
  const target = record.server === "-:-" ? "-" : record.server;
  // What HAProxy says in a target's place is no answer of the target.
  const targetStatus = record.answered === "1" ? record.status : "-";
  const back = Number(totalMs) - Math.max(0, Number(requestMs)) - toTarget - Number(targetMs);
  const [before, at, after] =
    target === "-" ? [-1, -1, -1] : [toTarget, Number(targetMs), Number(targetMs) < 0 ? -1 : back];
  const scheme = isTls ? "https" : "http";
  const host = record.host === "-" ? "-" : record.host.replace(/:\d+$/, "");
  return [
    isTls && record.version.startsWith("HTTP/2") ? "h2" : scheme,
    microseconds(ended),
    subject.loadBalancerId,
    record.client,
    target,
    seconds(before),
    seconds(at),
    seconds(after),
    record.status === "-1" ? "-" : record.status,
    targetStatus,
    record.received,
    record.sent,
    quoted(
      `${record.method} ${scheme}://${host}:${record.port}${record.uri === "-" ? "" : record.uri} ${record.version}`,
    ),
    quoted(record.agent),
    record.cipher,
    record.protocol,
    subject.targetGroupArn ?? "-",
    quoted(record.trace),
    quoted("-"),
    quoted("-"),
    subject.rulePriority ?? "-1",
    microseconds(ended - Math.max(0, Number(totalMs))),
    quoted(subject.action ?? "-"),
    quoted("-"),
    quoted("-"),
    quoted(target),
    quoted(targetStatus),
    quoted("-"),
    quoted("-"),
    "TID_-",
  ].join(" ");
}

const sum = (...times: readonly string[]): number =>
  times.map(Number).reduce((total, ms) => total + Math.max(0, ms), 0);

const seconds = (ms: number): string => (ms < 0 ? "-1" : (ms / 1000).toFixed(3));

/** ELB writes six digits after the second. */
const microseconds = (ms: number): string => new Date(ms).toISOString().replace("Z", "000Z");

/** ELB escapes as \xNN what would end the field. */
function quoted(value: string): string {
  const safe = value.replaceAll(/["\\\p{Cc}]/gu, (it) => `\\x${it.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `"${safe}"`;
}
