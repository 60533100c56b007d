import type { Session } from "../engine/session.ts";
import { Lecture05Error } from "../errors.ts";
import type { State } from "../state/schema.ts";
import type { LocalizedText } from "../text.ts";
import { alb } from "../steps/alb.ts";
import { findLateSteps } from "./late-steps.ts";
import { hasGroup, isMember } from "../steps/redundancy/members.ts";
import { isSettled } from "../steps/redundancy/serving.ts";
import { groupNameOf } from "../steps/redundancy/settings.ts";
import type { StepContext } from "../steps/step.ts";
import { lookAt, type FoundHost } from "./work.ts";

/**
 * The hosts as they are. Throws DEPLOY_REFUSED where a deploy would meet something else than a stack that is whole and
 * well. After one that was cut short, hosts may be out of rotation: to put that right is what the next one is for.
 */
export async function lookWhetherReady(session: Session, ctx: StepContext): Promise<FoundHost[]> {
  const { state } = session.store;
  refuseUnfinished(state);
  const ids = await hostsOf(session, ctx);
  const output = ctx.output(alb);
  ctx.progress({ en: "looking at the hosts", ja: "ホストの状態を確認しています" });
  const online = await ctx.ports.shell.online(ids);
  const away = ids.filter((id) => !online.includes(id));
  if (ids.length === 0 || away.length > 0) {
    const words = away.join(", ");
    throw refused(
      words
        ? { en: `SSM does not reach ${words}`, ja: `SSM から接続できません: ${words}` }
        : { en: "There is no host", ja: "ホストがありません" },
      ["lecture05 diagnose", "lecture05 up"],
    );
  }
  const hosts = await lookAt(ctx, output, ids);
  if (!state.deployment?.pending) refuseUnlessWell(hosts);
  return hosts;
}

/** What the state alone knows: throws DEPLOY_REFUSED before anything is reached. */
export function refuseUnfinished(state: State): void {
  const late = findLateSteps(state);
  if (late.length > 0) {
    throw refused({ en: `Not done yet: ${late.join(", ")}`, ja: `まだ完了していません: ${late.join(", ")}` }, [
      "lecture05 up",
    ]);
  }
  if (state.maintenance === true) {
    throw refused(
      {
        en: "Maintenance is on: what visitors get of a release cannot be seen",
        ja: "メンテナンス表示中のため、訪問者に返るページを確認できません",
      },
      ["lecture05 maintenance off"],
    );
  }
}

/** Those of a group are asked for anew: it may have launched others since. */
export async function hostsOf(session: Session, ctx: StepContext): Promise<string[]> {
  const { state } = session.store;
  if (!hasGroup(state.steps)) return state.hosts.map(({ instanceId }) => instanceId);
  const group = await ctx.ports.autoScaling.findGroup(ctx.stack, groupNameOf(ctx.stack));
  if (!group || (!state.deployment?.pending && !isSettled(group, group.desired))) {
    const seen = group?.members.filter(({ lifecycle }) => lifecycle === "InService").length ?? 0;
    throw refused(
      {
        en: `${seen} of ${group?.desired ?? 0} hosts are in service`,
        ja: `稼働中のホスト: ${seen}/${group?.desired ?? 0} 台`,
      },
      ["lecture05 up", "lecture05 diagnose"],
    );
  }
  const instances = await ctx.ports.compute.findInstances(ctx.stack);
  return instances.filter((it) => isMember(it) && it.state === "running").map(({ id }) => id);
}

function refuseUnlessWell(hosts: readonly FoundHost[]): void {
  const ill = hosts.flatMap(({ instanceId, probes, targetState = "no target" }) => {
    if (targetState !== "healthy") return [`${instanceId} ${targetState}`];
    const page = probes.page === "200" ? [] : [`${instanceId} GET / ${probes.page || "no result"}`];
    return page;
  });
  if (ill.length === 0) return;
  const words = ill.join(", ");
  throw refused({ en: `Not every host is well before it: ${words}`, ja: `開始前から正常でないホスト: ${words}` }, [
    "lecture05 diagnose",
  ]);
}

export function refused(why: LocalizedText, next: readonly (string | LocalizedText)[]): Lecture05Error {
  return new Lecture05Error("DEPLOY_REFUSED", {
    what: {
      en: "Nothing was deployed, and nothing changed",
      ja: "デプロイを開始しませんでした (変更なし)",
    },
    why,
    next,
  });
}
