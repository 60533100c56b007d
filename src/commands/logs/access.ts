import { Lecture05Error } from "../../errors.ts";
import { redact } from "../../records/redact.ts";
import { albKeyPrefix, s3Prefix } from "../../steps/s3/access-logs-policy.ts";
import { logsBucketNameFor } from "../../steps/s3/bucket-name.ts";
import { readLogLines, type LogLine } from "../../steps/s3/read-log-lines.ts";
import type { Paint } from "../../reporter/paint.ts";
import { harmless } from "../../text.ts";
import type { Invocation } from "../command.ts";
import { requireState } from "../require-state.ts";
import { reach } from "../stack-session.ts";

/** What is shown when nobody says since when. */
export const defaultSinceMs = 86_400_000;

/** The delivered access logs of the load balancer and of the bucket, in the order of the requests. */
export async function showAccessLogs(invocation: Invocation, since: Date, paint: Paint): Promise<number> {
  requireState(invocation.preferences);
  return reach(
    invocation,
    async ({ connection, stack, region }) => {
      const { objectStorage } = connection.ports;
      const place = { stack, region, account: connection.account };
      const bucket = logsBucketNameFor(place);
      if (!(await objectStorage.ownsBucket(stack, bucket))) throw noLogs();
      const lines: LogLine[] = [];
      for (const source of [
        { bucket, prefix: albKeyPrefix(place), kind: "alb" },
        { bucket, prefix: s3Prefix, kind: "s3" },
      ] as const) {
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
function show(invocation: Invocation, { kind, time, line }: LogLine, paint: Paint): void {
  const text = redact(line);
  if (invocation.json) invocation.print(JSON.stringify({ time: time.toISOString(), kind, line: text }));
  else
    invocation.print(
      `${paint("dim", time.toISOString().slice(0, 19).replace("T", " "))}  ${paint("cyan", kind)}  ${harmless(text)}`,
    );
}

const nothingYet = {
  en: "No request in that time, as far as AWS has delivered: a load balancer's logs come every 5 minutes, S3's within hours",
  ja: "この期間のログはまだありません。ALB のログは 5 分ごと、S3 のログは数時間以内に配信されます",
};

function noLogs(): Lecture05Error {
  return new Lecture05Error("STEP_REQUIREMENT_MISSING", {
    what: { en: "This stack keeps no access logs", ja: "このスタックではアクセスログを保存していません" },
    why: { en: "They are kept on request", ja: "アクセスログは既定で無効です" },
    next: ["lecture05 up --access-logs"],
  });
}
