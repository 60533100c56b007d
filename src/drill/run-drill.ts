import type { LocalizedText } from "../text.ts";
import type { Http, HttpOutcome } from "../ports/http.ts";
import { alb, type AlbOutput } from "../steps/alb.ts";
import { visitor } from "../steps/alb/visitor.ts";
import type { StepContext } from "../steps/step.ts";
import { partOf, restore } from "../steps/undo.ts";
import { breakdownOf, type Breakdown } from "./breakdown.ts";
import { bucketsOf } from "./buckets.ts";
import { figuresOf } from "./figures.ts";
import { HealthWatch } from "./health-watch.ts";
import { startLoad, type Load } from "./load.ts";
import type { DrillKind, DrillRecord } from "./record.ts";
import { refused } from "./refused.ts";
import { isFailure } from "./samples.ts";

export interface DrillRequest {
  readonly kind: DrillKind;
  /** See DrillRecord. */
  readonly subject: string;
  /** Requests per second. */
  readonly rate: number;
  readonly seconds: number;
}

/** Columns of the picture that is kept; a terminal shows fewer. */
const mostColumns = 120;
/** The page is shown well for a while before anything fails. */
const wellShare = 1 / 6;
const wellAtMostMs = 10_000;
/** Whoever did not come back by then does not come back by itself; the rest of the time shows the recovery. */
const patienceShare = 0.6;
const healthyTimeoutMs = 3 * 60_000;

/**
 * Sends a steady load through the stack's own load balancer, fails one part for real, watches what comes of it, and puts
 * the part back, also when it is interrupted. What was measured is returned; nothing of it is a failed check.
 */
export async function runDrill(ctx: StepContext, request: DrillRequest): Promise<DrillRecord> {
  const { clock } = ctx;
  const { kind, subject, rate, seconds } = request;
  const output = ctx.output(alb);
  const http = await visitor(ctx.ports, output);
  await refuseUnlessOursAndWell(ctx, output, http);

  const breakdown = await breakdownOf(ctx, kind, subject);
  const startedAt = clock.now();
  const { signal } = ctx;
  const load = startLoad({ http, clock, signal, url: `${output.url}/`, rate, seconds });
  const watch = new HealthWatch(ctx.ports.loadBalancing, output.targetGroupArn, clock, load.startedAtMs);
  const watching = watch.run(signal);
  watching.catch(() => {});
  try {
    const { meanwhile } = breakdown;
    const run = async (): Promise<Course & { readonly pageBackAtMs: number | null }> => {
      await meanwhile?.begin();
      const ran = await failAndWait(ctx, request, breakdown, load);
      await Promise.race([waitUntilHealthy(ctx, watch), watching]);
      return { ...ran, pageBackAtMs: await pageBack(ctx, load, () => http.request(`${output.url}/`)) };
    };
    const course = await (meanwhile ? ctx.without([meanwhile.undo], run) : run());
    // Where the group is held, whoever comes is in nobody's place.
    const newcomer = meanwhile ? undefined : watch.newcomers[0];
    const replacedMs = newcomer ? newcomer.atMs - course.failedAtMs : course.awayMs;
    const { failedAtMs, pageBackAtMs, restoredBy } = course;
    const { samples } = load;
    const endedHealthy = watch.allHealthy;
    const figures = figuresOf({
      samples,
      health: watch.changes,
      failedAtMs,
      replacedMs,
      pageBackAtMs,
      endedHealthy,
    });
    const { columnMs, hosts, buckets } = bucketsOf(samples, seconds, mostColumns);
    const columns = buckets.map(({ byHost, failed }) => ({ answered: hosts.map((it) => byHost.get(it) ?? 0), failed }));
    const picture = { columnMs, hosts: [...hosts], columns };
    const stamp = { stack: ctx.stack, startedAt: startedAt.toISOString(), failedAtMs, restoredBy };
    return { ...request, ...stamp, figures, ...picture };
  } finally {
    watch.stop();
    // Both end by themselves, and soon when this was interrupted.
    await Promise.allSettled([load.ended, watching]);
  }
}

interface Course {
  readonly failedAtMs: number;
  readonly restoredBy: DrillRecord["restoredBy"];
  readonly awayMs: number | null;
}

async function failAndWait(
  ctx: StepContext,
  { rate, seconds }: DrillRequest,
  breakdown: Breakdown,
  load: Load,
): Promise<Course> {
  const part = partOf(breakdown.undo);
  const tell = (what: LocalizedText): void => {
    const sent = load.samples.length;
    ctx.progress(
      { en: `${rate} requests a second: ${what.en}`, ja: `毎秒 ${rate} リクエスト: ${what.ja}` },
      { count: { done: sent, total: rate * seconds, unit: { en: "requests", ja: "リクエスト" } } },
    );
  };
  const wait = async (untilMs: number, what: LocalizedText): Promise<void> => {
    for (;;) {
      const leftMs = untilMs - (ctx.clock.now().getTime() - load.startedAtMs);
      if (leftMs <= 0) return;
      tell(what);
      await ctx.clock.sleep(Math.min(leftMs, 1000));
    }
  };
  const totalMs = seconds * 1000;
  await wait(Math.min(wellAtMostMs, totalMs * wellShare), { en: "all is well", ja: "正常" });
  return ctx.without([breakdown.undo], async () => {
    tell({ en: `failing ${part.en}`, ja: `${part.ja} を停止` });
    const failedAtMs = (await breakdown.fail()) - load.startedAtMs;
    await wait(totalMs * patienceShare, { en: `without ${part.en}`, ja: `${part.ja} なし` });
    const byItself = await breakdown.standsAgain();
    if (!byItself) await restore(ctx, breakdown.undo);
    await wait(totalMs, { en: "afterwards", ja: "復旧後" });
    await load.ended;
    return {
      failedAtMs,
      restoredBy: byItself ? "itself" : "drill",
      awayMs: byItself ? await breakdown.awayMs() : null,
    } satisfies Course;
  });
}

async function waitUntilHealthy(ctx: StepContext, watch: HealthWatch): Promise<void> {
  const until = ctx.clock.now().getTime() + healthyTimeoutMs;
  await watch.look();
  while (!watch.allHealthy && ctx.clock.now().getTime() < until) {
    ctx.progress({ en: "until every target is healthy again", ja: "全ターゲットが正常に戻るまで待機" });
    await ctx.clock.sleep(500);
  }
}

/**
 * When the page came again, on the clock of the load, where its last request had failed: a database that needs longer to
 * start than the load lasts is no part of the targets' health. Null: no request was left to wait for, or it never came.
 */
async function pageBack(ctx: StepContext, load: Load, ask: () => Promise<HttpOutcome>): Promise<number | null> {
  const last = load.samples.toSorted((a, b) => a.endMs - b.endMs).at(-1);
  if (last === undefined || !isFailure(last)) return null;
  const until = ctx.clock.now().getTime() + healthyTimeoutMs;
  while (ctx.clock.now().getTime() < until) {
    const page = await ask();
    if (page.kind === "answer" && page.status === 200) return ctx.clock.now().getTime() - load.startedAtMs;
    ctx.progress({ en: "until the page answers again", ja: "ページが再び応答するまで待機" });
    await ctx.clock.sleep(500);
  }
  return null;
}

/** A load is for this stack's own load balancer only, whatever the records say, and for one that is well. */
async function refuseUnlessOursAndWell(ctx: StepContext, output: AlbOutput, http: Http): Promise<void> {
  const { url, dnsName, targetGroupArn, certificate } = output;
  const { loadBalancing } = ctx.ports;
  const own = await loadBalancing.findLoadBalancer(ctx.stack, ctx.stack);
  // By https the page's name may be another one; what is connected to is the load balancer's all the same.
  const recorded = certificate ? dnsName : new URL(url).host;
  if (own === undefined || dnsName !== own.dnsName || recorded !== own.dnsName) {
    throw refused(
      {
        en: `The recorded address ${recorded} is not that of this stack's load balancer (${own?.dnsName ?? "there is none"})`,
        ja: `記録されたアドレス ${recorded} が、このスタックのロードバランサー (${own?.dnsName ?? "なし"}) のものではありません`,
      },
      ["lecture05 step alb", "lecture05 status --live"],
    );
  }
  const targets = await loadBalancing.targetHealth(targetGroupArn);
  const ill = targets.filter(({ state }) => state !== "healthy");
  if (targets.length === 0 || ill.length > 0) {
    const words = ill.map(({ instanceId, state }) => `${instanceId} ${state}`).join(", ");
    throw refused(
      {
        en: words ? `Not every target is healthy before it: ${words}` : "No target is registered",
        ja: words ? `開始前から正常でないターゲットがあります: ${words}` : "登録されたターゲットがありません",
      },
      ["lecture05 diagnose"],
    );
  }
  const page = await http.request(`${url}/`);
  if (page.kind === "answer" && page.status === 200) return;
  const seen = page.kind === "answer" ? String(page.status) : `${page.kind}: ${page.message}`;
  throw refused({ en: `The page does not answer before it: ${seen}`, ja: `開始前からページが応答しません: ${seen}` }, [
    "lecture05 diagnose",
  ]);
}
