import { Lecture05Error } from "../errors.ts";
import { inWords } from "../observed.ts";
import { configureApp, prepareRelease } from "../remote/install-app.ts";
import { closeKeptConnections, endStandIn, handOver, startStandIn } from "../remote/stand-in.ts";
import { startPumaOnTcp } from "../remote/start-puma.ts";
import type { InstalledRelease } from "../state/deployment.ts";
import type { LocalizedText } from "../text.ts";
import { alb as balancer } from "../steps/alb.ts";
import { check } from "../steps/check.ts";
import { recipeTag, runScript } from "../steps/host-scripts.ts";
import type { Check } from "../steps/step.ts";
import { bringIn, servesVisitors, takeOut } from "./rotation.ts";
import { lookAt, runEverywhere, runs, type FoundHost, type Work } from "./work.ts";

/**
 * Brings one host to a release that is ready on it: out of rotation, switched, checked where it stands, into rotation,
 * and seen there. The only host stays in rotation, and another Puma answers while its own restarts. Throws for the
 * first check that fails.
 */
export async function switchHost(work: Work, host: FoundHost, to: InstalledRelease, isAlone: boolean): Promise<void> {
  const { session, ctx, alb } = work;
  const { instanceId } = host;
  const tell = (made: Check): void => {
    session.sink({ type: "check", step: ctx.step, check: made });
    if (!made.ok) throw checkFailed(made);
  };
  if (!runs(host, to.release)) {
    if (isAlone) await standInFor(work, host, to.release);
    else {
      tell(await takeOut(ctx, instanceId));
      if (ctx.output(balancer).kind === "nlb") await runScript(ctx, instanceId, closeKeptConnections());
    }
    await runEverywhere(ctx, [instanceId], switchScripts(to.release));
  }
  const [seen] = await lookAt(ctx, alb, [instanceId]);
  for (const made of checksOn(instanceId, seen?.probes ?? {}, to.release)) tell(made);
  await ctx.ports.compute.tagInstance(instanceId, { [recipeTag("puma")]: to.recipe });
  if (isAlone) await runScript(ctx, instanceId, endStandIn());
  tell(await bringIn(ctx, instanceId));
  tell(await servesVisitors(ctx, instanceId, to.release));
}

/** The scripts of step puma from the settings on; what comes before them is there, and says so. */
const switchScripts = (release: string) => [configureApp(release), prepareRelease(release), startPumaOnTcp(release)];

/** One that an earlier run left is ended first, where Puma itself can serve. */
async function standInFor({ ctx }: Work, { instanceId, probes }: FoundHost, release: string): Promise<void> {
  if (probes.stand_in === "active") await runScript(ctx, instanceId, endStandIn());
  await runEverywhere(ctx, [instanceId], [startStandIn(release), handOver()]);
}

function checksOn(instanceId: string, probes: FoundHost["probes"], release: string): Check[] {
  const seen = (probe: string): string => probes[probe] || "no result";
  const on = ({ en, ja }: LocalizedText): LocalizedText => ({ en: `${instanceId}: ${en}`, ja: `${instanceId}: ${ja}` });
  const made = [
    check("release-runs", on({ en: "Puma runs release", ja: "Puma が動かしているリリース" }), release, seen("running")),
    check("up-through-nginx", on({ en: "GET /up through Nginx", ja: "Nginx 経由で GET /up" }), "200", seen("up")),
    check("page-through-nginx", on({ en: "GET / through Nginx", ja: "Nginx 経由で GET /" }), "200", seen("page")),
  ];
  // Somebody else's application need not name its release, and need not have a style sheet.
  if (seen("named") !== "none") {
    const title = on({ en: "its page names release", ja: "ページに表示されるリリース" });
    made.push(check("page-names-release", title, release, seen("named")));
  }
  if (seen("stylesheet") !== "no style sheet on the page") {
    const title = on({ en: "the page's stylesheet", ja: "ページのスタイルシート" });
    made.push(check("asset-through-nginx", title, "200 text/css", seen("stylesheet")));
  }
  return made;
}

function checkFailed({ title, observed, expected }: Check): Lecture05Error {
  return new Lecture05Error("STEP_CHECK_FAILED", {
    what: { en: "A check of the deploy failed", ja: "デプロイの動作確認に失敗しました" },
    why: {
      en: `${title.en}: ${inWords(observed).en} (expected: ${inWords(expected).en})`,
      ja: `${title.ja}: ${inWords(observed).ja} (期待値: ${inWords(expected).ja})`,
    },
    next: ["lecture05 diagnose"],
  });
}
