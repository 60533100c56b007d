import { Lecture05Error } from "../../errors.ts";
import type { Detour, Listener } from "../../ports/load-balancing.ts";
import type { AlbOutput } from "../alb.ts";
import { routeTo, visiting } from "../alb/visitor.ts";
import type { Change, StepContext } from "../step.ts";
import { httpsPort, port } from "../alb/settings.ts";

/** The key in the state. */
const resource = { type: "elbv2:rule", name: "maintenance" } as const;
const pollMs = 300;
/** AWS says "a few seconds"; a slow day is slower. */
const effectTimeoutMs = 60_000;

/** The listener that hands requests on to the hosts; the one that only sends visitors to https stays as it is. */
async function servingListener({ ports }: StepContext, output: AlbOutput): Promise<Listener | undefined> {
  const listeners = await ports.loadBalancing.findListeners(output.loadBalancerArn);
  return listeners.find((listener) => listener.port === (output.certificate ? httpsPort : port));
}

export async function observeDetour(ctx: StepContext, output: AlbOutput): Promise<Detour | undefined> {
  const listener = await servingListener(ctx, output);
  return listener && ctx.ports.loadBalancing.findDetour(ctx.stack, listener.arn);
}

/** `url`: where visitors are to be sent; undefined: to the application. */
export function planDetour(present: Detour | undefined, url: string | undefined): Change[] {
  if (present?.url === url) return [];
  const subject = "elbv2:rule maintenance";
  if (url === undefined) {
    return [{ action: "delete", subject, reason: { en: "maintenance off", ja: "メンテナンス表示を解除" } }];
  }
  const reason = { en: "maintenance on", ja: "メンテナンスページへ転送" };
  if (present) return [{ action: "replace", subject, reason }];
  return [{ action: "create", subject, reason }];
}

/** Sends visitors to `url`, or to the application again, and waits until the next visitor is. */
export async function applyDetour(ctx: StepContext, output: AlbOutput, url: string | undefined): Promise<void> {
  const listener = await servingListener(ctx, output);
  // Step alb made it, and its checks say so when it is gone.
  if (!listener) return;
  const { loadBalancing } = ctx.ports;
  const present = await loadBalancing.findDetour(ctx.stack, listener.arn);
  if (present) await ctx.record.found(resource.type, resource.name, present.arn);
  if (present?.url === url) return;
  if (present) {
    await loadBalancing.deleteDetour(present.arn);
    await ctx.record.gone(resource.type, present.arn);
  }
  if (url !== undefined) {
    const identity = { stack: ctx.stack, step: ctx.step, name: resource.name, expiresAt: ctx.settings.expiresAt };
    await ctx.record.create(
      { ...resource, parameters: { url } },
      () => loadBalancing.createDetour(identity, listener.arn, url),
      (made) => made.arn,
    );
  }
  await awaitEffect(ctx, output, url);
}

async function awaitEffect(ctx: StepContext, output: AlbOutput, url: string | undefined): Promise<void> {
  ctx.progress({ en: "waiting for the load balancer to follow", ja: "ロードバランサーへの反映を待っています" });
  const deadline = ctx.clock.now().getTime() + effectTimeoutMs;
  for (;;) {
    const seen = await whereVisitorsGo(ctx, output);
    // Whatever the application answers, it is the application that does.
    if (url === undefined ? !isDetour(seen) : seen === `302 ${withPort(url)}`) return;
    if (ctx.clock.now().getTime() >= deadline) {
      throw new Lecture05Error("WAIT_TIMED_OUT", {
        what: {
          en: "Waited in vain for the load balancer to follow its new rule",
          ja: "ロードバランサーにルールが反映されませんでした",
        },
        why: { en: `A visitor still meets: ${seen}`, ja: `現在の応答: ${seen}` },
        next: [`lecture05 step ${ctx.step}`],
      });
    }
    await ctx.clock.sleep(pollMs);
  }
}

/** What the first page answers: "200", "302 http://…", or why there is no answer. */
export async function whereVisitorsGo(ctx: StepContext, output: AlbOutput): Promise<string> {
  const http = visiting(ctx.ports.http, await routeTo(ctx.ports, output));
  const answer = await http.request(`${output.url}/`);
  if (answer.kind !== "answer") return `${answer.kind}: ${answer.message}`;
  return [answer.status, answer.headers["location"]].filter(Boolean).join(" ");
}

/** A load balancer's 302; the application's first page sends nobody anywhere. */
const isDetour = (seen: string): boolean => seen.startsWith("302 ");

/** As a load balancer writes it: with its port, which is 80 for a site without one. */
export function withPort(url: string): string {
  const { protocol, hostname, port: own, pathname } = new URL(url);
  return `${protocol}//${hostname}:${own || "80"}${pathname}`;
}
