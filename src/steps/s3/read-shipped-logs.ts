import { gunzipSync } from "node:zlib";
import type { ObjectStorage } from "../../ports/object-storage.ts";
import type { LogLine } from "./read-log-lines.ts";

export interface ShippedLine extends LogLine<"nginx" | "rails"> {
  readonly instanceId: string;
}

/** Where hosts ship their logs to, by date: logs/2026/11/30/INSTANCE/access.log-060500-0.gz (app/lib/log_shipper.rb). */
const prefix = "logs/";
const keyFormat =
  /^logs\/(\d{4})\/(\d\d)\/(\d\d)\/([^/]+)\/(access\.log|error\.log|puma\.log)-(\d\d)(\d\d)(\d\d)-\d+\.gz$/;
const kinds: Readonly<Record<string, ShippedLine["kind"]>> = { "puma.log": "rails" };
const dayMs = 86_400_000;
/** From so many days on, one list of all of them is cheaper than one for each. */
const mostDays = 31;
/** So much the clock of a host may differ from this one's. */
const marginMs = 10 * 60_000;
/** Pieces have 8 MB; one line more may hang on. */
const mostBytes = 64 * 1024 * 1024;

/**
 * What Nginx and Rails logged on the hosts, file by file, those of hosts that are gone among them. Only the days since
 * then are listed, and only files that were shipped since then are fetched: all in them is older than that.
 */
export async function* readShippedLines(
  objectStorage: Pick<ObjectStorage, "eachObject" | "getObject">,
  bucket: string,
  { since, now }: { readonly since: Date; readonly now: Date },
): AsyncGenerator<ShippedLine, void, undefined> {
  for (const list of prefixesOf(since, now)) {
    for await (const { key } of objectStorage.eachObject(bucket, list)) {
      const [, year, month, day, instanceId = "", name = "", hour, minute, second] = keyFormat.exec(key) ?? [];
      if (instanceId === "") continue;
      const shippedAt = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
      if (Number.isNaN(shippedAt.getTime()) || shippedAt.getTime() + marginMs < since.getTime()) continue;
      const bytes = await objectStorage.getObject(bucket, key);
      if (!bytes) continue;
      const kind = kinds[name] ?? "nginx";
      for (const { time, line } of timed(unpacked(bytes), shippedAt)) {
        if (time >= since) yield { kind, instanceId, time, line };
      }
    }
  }
}

/** Hosts may write what they like there: what is no log, or is far larger than the pieces that they ship, is none. */
function unpacked(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes }).toString("utf8");
  } catch {
    return "";
  }
}

/** Of the days from `since` to now, in UTC as the keys are; tomorrow too, for a clock that is ahead. */
function prefixesOf(since: Date, now: Date): string[] {
  const first = Math.floor((since.getTime() - marginMs) / dayMs);
  const last = Math.floor((now.getTime() + marginMs) / dayMs);
  if (last - first >= mostDays) return [prefix];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_none, index) => {
    const day = new Date((first + index) * dayMs).toISOString().slice(0, 10);
    return `${prefix}${day.replaceAll("-", "/")}/`;
  });
}

/** Each line with its time. One that tells none belongs to the line before it: a stack trace, a message of two lines. */
function timed(text: string, shippedAt: Date): { time: Date; line: string }[] {
  let time: Date | undefined;
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      time = timeOf(line) ?? time;
      return { time: time ?? shippedAt, line };
    });
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * "[30/Nov/2026:06:00:38 +0000]" of Nginx's requests, "2026/11/30 06:00:38 [" of its errors, which tell no zone (hosts
 * run in UTC), "2026-11-30T06:00:38+0000" of the journal.
 */
function timeOf(line: string): Date | undefined {
  const request = /\[(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)\]/.exec(line);
  if (request) {
    const [, day, month = "", year, clock, hours, minutes] = request;
    const number = String(months.indexOf(month) + 1).padStart(2, "0");
    return valid(`${year}-${number}-${day}T${clock}${hours}:${minutes}`);
  }
  const [, date, clock] = /^(\d{4}\/\d\d\/\d\d) (\d\d:\d\d:\d\d) \[/.exec(line) ?? [];
  if (date) return valid(`${date.replaceAll("/", "-")}T${clock}Z`);
  const [, journal, hours, minutes] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)([+-]\d\d):?(\d\d) /.exec(line) ?? [];
  return journal ? valid(`${journal}${hours}:${minutes}`) : undefined;
}

function valid(text: string): Date | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
