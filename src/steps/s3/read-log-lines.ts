import { gunzipSync } from "node:zlib";
import type { ObjectStorage } from "../../ports/object-storage.ts";

export type LogKind = "alb" | "s3";

export interface LogSource {
  readonly bucket: string;
  readonly prefix: string;
  readonly kind: LogKind;
}

export interface LogLine<Kind extends string = LogKind> {
  readonly kind: Kind;
  /** Of the request. */
  readonly time: Date;
  readonly line: string;
}

interface ReadOptions {
  readonly since?: Date | undefined;
  /** Keys that were read already are left out, and those read now are added. */
  readonly seen?: Set<string>;
}

/** So much later than its requests a file may be dated: a clock that differs, and S3's hours of delay. */
const marginMs = { alb: 10 * 60_000, s3: 0 } as const;

/** The lines of delivered access logs, file by file. Files that end before `since` are not fetched. */
export async function* readLogLines(
  objectStorage: Pick<ObjectStorage, "eachObject" | "getObject">,
  { bucket, prefix, kind }: LogSource,
  { since, seen }: ReadOptions = {},
): AsyncGenerator<LogLine, void, undefined> {
  for await (const { key } of objectStorage.eachObject(bucket, prefix)) {
    const end = endOf(key, kind);
    if (seen?.has(key) || end === undefined) continue;
    seen?.add(key);
    if (since && end.getTime() + marginMs[kind] < since.getTime()) continue;
    const bytes = await objectStorage.getObject(bucket, key);
    if (!bytes) continue;
    const text = Buffer.from(kind === "alb" ? gunzipSync(bytes) : bytes).toString("utf8");
    for (const line of text.split("\n").filter(Boolean)) {
      const time = timeOf(line, kind);
      if (time && (!since || time >= since)) yield { kind, time, line };
    }
  }
}

/** When a file was closed, by its name; undefined for what is no log, as ELBAccessLogTestFile. */
function endOf(key: string, kind: LogKind): Date | undefined {
  if (kind === "alb") {
    const [, ...parts] = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[^/]*\.log\.gz$/.exec(key) ?? [];
    return parts.length === 0 ? undefined : dateOf(parts);
  }
  const [, ...parts] = /\/(\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)-[^/]*$/.exec(key) ?? [];
  return parts.length === 0 ? undefined : dateOf(parts);
}

function dateOf(parts: readonly string[]): Date {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The second field of a load balancer's line; "[30/Nov/2026:06:00:38 +0000]" in S3's. */
function timeOf(line: string, kind: LogKind): Date | undefined {
  if (kind === "alb") {
    const time = new Date(line.split(" ", 2)[1] ?? "");
    return Number.isNaN(time.getTime()) ? undefined : time;
  }
  const found = /\[(\d\d)\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) \+0000\]/.exec(line);
  if (!found) return undefined;
  const [, day = "", month = "", year = "", ...clock] = found;
  return dateOf([year, String(months.indexOf(month) + 1), day, ...clock]);
}
