import { randomUUID } from "node:crypto";
import type { LogPlace } from "../../ports/object-storage.ts";
import { alb, type AlbOutput } from "../alb.ts";
import { visitor } from "../alb/visitor.ts";
import { check } from "../check.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import { albKeyPrefix, accessLogsPolicy, albTestFile, expiryDays } from "./access-logs-policy.ts";
import { albLogPlace, observeLogging, s3LogPlace } from "./access-logs.ts";
import { bucketNameFor, logsBucketNameFor } from "./bucket-name.ts";
import { samePolicy } from "./policies.ts";
import { readLogLines, type LogSource } from "./read-log-lines.ts";

/** Load balancing delivers every five minutes, and a little later. */
const deliveryTimeoutMs = 7 * 60_000;
const pollMs = 500;
const slowPollMs = 10_000;
/** A sandbox delivers within seconds; what takes longer is AWS, which is not to be asked every second. */
const quickMs = 15_000;

/**
 * Both logs are on and may be written, and nobody pays for them for ever. `waitsForDelivery`: a request's line is waited
 * for, too; right after the switch the file by which load balancing tries the bucket is proof enough. S3 delivers its
 * own within hours and promises nothing, so no line of it is waited for.
 */
export async function verifyAccessLogs(ctx: StepContext, waitsForDelivery: boolean): Promise<Check[]> {
  const { objectStorage } = ctx.ports;
  const logsBucket = logsBucketNameFor(ctx);
  const output = ctx.output(alb);
  const [logging, settings, policy, days, tests] = await together([
    observeLogging(ctx, bucketNameFor(ctx)),
    objectStorage.bucketSettings(logsBucket),
    objectStorage.findBucketPolicy(logsBucket),
    objectStorage.findExpiryDays(logsBucket),
    objectStorage.listObjects(logsBucket, albTestFile(ctx)),
  ]);
  const isLetIn = samePolicy(policy, accessLogsPolicy(ctx));
  // Where nothing can be written no line comes, and to wait for it would hide for minutes what is wrong.
  const comes = isLetIn && placeText(logging.alb) === placeText(albLogPlace(logsBucket));
  const line = waitsForDelivery ? [comes ? await findLine(ctx, output, logsBucket) : lineCheck("not written")] : [];
  return [
    check(
      "load-balancer-logs-on",
      { en: "The load balancer logs its requests", ja: "ロードバランサーのアクセスログの保存先" },
      placeText(albLogPlace(logsBucket)),
      placeText(logging.alb),
    ),
    check(
      "bucket-logs-on",
      { en: "The bucket logs its requests", ja: "バケットのアクセスログの保存先" },
      placeText(s3LogPlace(logsBucket)),
      placeText(logging.s3),
    ),
    check(
      "logs-may-be-written",
      { en: "The logs' bucket lets in these two alone", ja: "ログ用バケットに書き込めるのは両サービスだけ" },
      "load balancing and S3 for this stack",
      isLetIn ? "load balancing and S3 for this stack" : "another policy",
    ),
    check(
      "load-balancer-wrote",
      { en: "Load balancing has written into it", ja: "ロードバランサーが書き込めた" },
      "ELBAccessLogTestFile",
      tests.length > 0 ? "ELBAccessLogTestFile" : "nothing",
    ),
    check(
      "logs-private",
      { en: "The logs are private and encrypted", ja: "ログ用バケットは非公開で暗号化されている" },
      "on",
      settings.publicAccessBlocked && settings.encrypted ? "on" : "off",
    ),
    check(
      "logs-expire",
      { en: "The logs are deleted after", ja: "ログの保存期間" },
      `${expiryDays} days`,
      days === undefined ? "never" : `${days} days`,
    ),
    ...line,
  ];
}

const placeText = (place: LogPlace | undefined): string => (place ? `${place.bucket}/${place.prefix}` : "off");

const lineCheck = (seen: string): Check =>
  check(
    "request-logged",
    { en: "A request's line is in the load balancer's log", ja: "リクエストがアクセスログに記録される" },
    "200",
    seen,
  );

/** Sends a request that nobody else sends, and looks for its line in what is delivered. */
async function findLine(ctx: StepContext, output: AlbOutput, logsBucket: string): Promise<Check> {
  const mark = `lecture05-${randomUUID()}`;
  const prefix = albKeyPrefix(ctx);
  // What is there already holds no line of it; its time would not do, because this machine's clock may be wrong.
  const seen = new Set((await ctx.ports.objectStorage.listObjects(logsBucket, prefix)).map(({ key }) => key));
  const since = ctx.clock.now();
  const http = await visitor(ctx.ports, output);
  const answer = await http.request(`${output.url}/up?${mark}`);
  // Of a request that never reached the load balancer there will be no line.
  if (answer.kind !== "answer") return lineCheck(answer.kind);
  for (;;) {
    const line = await lineWith(ctx, { bucket: logsBucket, prefix, kind: "alb" }, mark, seen);
    const elapsedMs = ctx.clock.now().getTime() - since.getTime();
    if (line !== undefined) return lineCheck(statusIn(line));
    if (elapsedMs >= deliveryTimeoutMs) return lineCheck(`no line after ${Math.round(elapsedMs / 1000)} s`);
    // A sandbox has delivered before anybody could read it.
    if (elapsedMs >= quickMs) tellWait(ctx, elapsedMs);
    await ctx.clock.sleep(elapsedMs < quickMs ? pollMs : slowPollMs);
  }
}

async function lineWith(
  { ports }: StepContext,
  source: LogSource,
  mark: string,
  seen: Set<string>,
): Promise<string | undefined> {
  for await (const { line } of readLogLines(ports.objectStorage, source, { seen })) {
    if (line.includes(mark)) return line;
  }
  return undefined;
}

/** The ninth field: elb_status_code. */
const statusIn = (line: string): string => line.split(" ")[8] ?? "none";

function tellWait(ctx: StepContext, elapsedMs: number): void {
  const seconds = Math.round(elapsedMs / 1000);
  ctx.progress({
    en: `waiting for the load balancer's log, which AWS delivers every 5 minutes (${seconds} s)`,
    ja: `ロードバランサーのログの配信を待っています (AWS では 5 分ごと。${seconds} 秒経過)`,
  });
}
