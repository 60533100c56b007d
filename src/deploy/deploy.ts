import type { Session } from "../engine/session.ts";
import { bundleApp } from "../remote/bundle-app.ts";
import { sendApp } from "../remote/send-app.ts";
import type { DeployRecord, InstalledRelease } from "../state/deployment.ts";
import type { State } from "../state/schema.ts";
import { recipeOf, recipeTag } from "../steps/host-scripts.ts";
import { puma } from "../steps/puma.ts";
import { scriptsOf } from "../steps/puma/scripts.ts";
import type { StepContext } from "../steps/step.ts";
import { lookWhetherReady, refused } from "./ready.ts";
import { runDeploy } from "./run-deploy.ts";
import { runs } from "./work.ts";

export type DeployOutcome =
  | { readonly kind: "nothing"; readonly release: string }
  | { readonly kind: "done"; readonly record: DeployRecord };

/** Brings the application in a directory to every host, without a moment in which nobody answers. */
export async function deploy(session: Session): Promise<DeployOutcome> {
  const ctx = session.contextFor(puma);
  const bundle = await bundleApp(ctx.settings.appDirectory);
  const { release } = bundle;
  const hosts = await lookWhetherReady(session, ctx);
  const from = await presentRelease(session, ctx);
  const isThere = hosts.every((host) => runs(host, release));
  if (isThere && !session.store.state.deployment?.pending && from.release === release) {
    return { kind: "nothing", release };
  }
  const to = { release, recipe: recipeOf(scriptsOf(release, sendApp(bundle))) };
  return { kind: "done", record: await runDeploy(session, { command: "deploy", from, to, bundle, hosts }) };
}

/** Brings every host back: to where it was before a deploy that was cut short, else to the release before. */
export async function rollback(session: Session): Promise<DeployOutcome> {
  const ctx = session.contextFor(puma);
  const { from, to } = requireWayBack(session.store.state);
  const hosts = await lookWhetherReady(session, ctx);
  const without = hosts.filter(({ probes }) => !(probes.there ?? "").split(" ").includes(to.release));
  if (without.length > 0) {
    const names = without.map(({ instanceId }) => instanceId).join(", ");
    throw refused(
      {
        en: `Release ${to.release} is not there any more on ${names}`,
        ja: `${names} にリリース ${to.release} が残っていません`,
      },
      ["lecture05 deploy --app DIR"],
    );
  }
  const record = await runDeploy(session, { command: "rollback", from, to, hosts });
  return { kind: "done", record };
}

/** From which release to which. Throws DEPLOY_REFUSED where none is known that was there before. */
export function requireWayBack({ deployment }: State): { from: InstalledRelease; to: InstalledRelease } {
  const { current, previous, pending } = deployment ?? {};
  const before = pending?.command === "rollback" ? pending.to : current;
  const to = pending ? before : previous;
  if (current && to) return { from: current, to };
  throw refused(
    {
      en: "No release is known that was there before: lecture05 deploy has not brought another one yet",
      ja: "戻り先のリリースがありません (lecture05 deploy による切り替えがまだありません)",
    },
    ["lecture05 deploy --app DIR"],
  );
}

/** The release that serves, with its mark: as the last deploy noted it, else as step puma left it. */
async function presentRelease(session: Session, ctx: StepContext): Promise<InstalledRelease> {
  const { deployment } = session.store.state;
  if (deployment) return deployment.current;
  const { release } = ctx.output(puma);
  const instances = await ctx.ports.compute.findInstances(ctx.stack);
  const marks = instances.filter(({ state }) => state === "running").map(({ tags }) => tags[recipeTag("puma")]);
  return { release, recipe: marks.find((mark) => mark !== undefined) ?? "" };
}
