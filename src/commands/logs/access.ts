import { Lecture05Error } from "../../errors.ts";
import { redact } from "../../records/redact.ts";
import { albKeyPrefix, s3Prefix } from "../../steps/s3/access-logs-policy.ts";
import { bucketNameFor, logsBucketNameFor } from "../../steps/s3/bucket-name.ts";
import { readLogLines, type LogLine } from "../../steps/s3/read-log-lines.ts";
import { readShippedLines, type ShippedLine } from "../../steps/s3/read-shipped-logs.ts";
import type { Paint } from "../../reporter/paint.ts";
import { harmless } from "../../text.ts";
import type { Invocation } from "../command.ts";
import { requireState } from "../require-state.ts";
import { reach } from "../stack-session.ts";

/** What is shown when nobody says since when. */
export const defaultSinceMs = 86_400_000;

type Line = LogLine | ShippedLine;

/**
 * What Nginx and Rails logged on the hosts and, where they are kept, the delivered access logs of the load balancer and of
 * the bucket, all of it in its order.
 */
export async function showAccessLogs(invocation: Invocation, since: Date, paint: Paint): Promise<number> {
  requireState(invocation.preferences);
  return reach(
    invocation,
    async ({ connection, stack, region }) => {
      const { objectStorage } = connection.ports;
      const place = { stack, region, account: connection.account };
      const [shipped, delivered] = [bucketNameFor(place), logsBucketNameFor(place)];
      const [isShipped, isDelivered] = await Promise.all(
        [shipped, delivered].map((bucket) => objectStorage.ownsBucket(stack, bucket)),
      );
      if (!isShipped && !isDelivered) throw noLogs();
      const lines: Line[] = [];
      if (isShipped) {
        const times = { since, now: new Date() };
        for await (const line of readShippedLines(objectStorage, shipped, times)) lines.push(line);
      }
      const sources = [
        { bucket: delivered, prefix: albKeyPrefix(place), kind: "alb" },
        { bucket: delivered, prefix: s3Prefix, kind: "s3" },
      ] as const;
      for (const source of isDelivered ? sources : []) {
        for await (const line of readLogLines(objectStorage, source, { since })) lines.push(line);
      }
      (await invocation.reporter()).pause();
      for (const line of lines.toSorted((one, other) => one.time.getTime() - other.time.getTime())) {
        show(invocation, line, paint);
      }
      if (lines.length === 0 && !invocation.json) invocation.print(invocation.text(nothingYet));
      return 0;
    },
    { needsStack: true },
  );
}

/** Presigned addresses stand in them; what a visitor sent may hold anything. */
function show(invocation: Invocation, line: Line, paint: Paint): void {
  const { kind, time } = line;
  const text = redact(line.line);
  // The name of a directory in a bucket, to which others may write.
  const host = "instanceId" in line ? redact(line.instanceId) : undefined;
  if (invocation.json) {
    const instance = host === undefined ? {} : { instanceId: host };
    return invocation.print(JSON.stringify({ time: time.toISOString(), kind, ...instance, line: text }));
  }
  const from = host === undefined ? kind : `${kind} ${harmless(host)}`;
  const when = time.toISOString().slice(0, 19).replace("T", " ");
  invocation.print(`${paint("dim", when)}  ${paint("cyan", from)}  ${harmless(text)}`);
}

const nothingYet = {
  en: "No request in that time, as far as logs have come: the hosts and the load balancer send theirs every 5 minutes, S3 within hours",
  ja: "この期間のログはまだありません。ホストと ALB のログは 5 分ごと、S3 のログは数時間以内に届きます",
};

function noLogs(): Lecture05Error {
  return new Lecture05Error("STEP_REQUIREMENT_MISSING", {
    what: { en: "This stack keeps no logs of requests yet", ja: "このスタックにはまだログが保存されていません" },
    why: { en: "Step s3 has hosts ship theirs", ja: "ホストのログを保存するのはステップ s3 です" },
    next: ["lecture05 step s3", "lecture05 up --access-logs"],
  });
}
