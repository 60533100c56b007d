import { stepsUpTo } from "../engine/extent.ts";
import { plan as runPlan } from "../engine/run.ts";
import type { Session } from "../engine/session.ts";
import { lastWanted, type StepName } from "../steps/names.ts";
import { defaultHosts } from "../steps/redundancy/settings.ts";
import { checkApp } from "./check-app.ts";
import type { Command, Invocation } from "./command.ts";
import { planLines, type PlanFacts } from "./plan-view.ts";
import { lookAhead } from "./preflight.ts";
import { reach, withSession, type Reached } from "./stack-session.ts";
import { optionalStepName } from "./step-name.ts";
import { useWanted, wantedOf } from "./wanted.ts";

export const plan: Command = async (invocation) => {
  const to = optionalStepName(invocation.options.to);
  await checkApp(invocation.preferences);
  const work = async (reached: Reached): Promise<number> => {
    const wanted = wantedOf(invocation, reached);
    const last = lastWanted(reached.state, to);
    const blocked = await lookAhead(invocation, reached, last);
    const exitCode = await withSession(invocation, reached, false, async (session) => {
      useWanted(session, wanted);
      const facts = await makePlan(session, to);
      (await invocation.reporter()).pause();
      if (!invocation.json) show(invocation, facts);
      return 0;
    });
    if (blocked) throw blocked;
    return exitCode;
  };
  return reach(invocation, work, { refuse: (known) => wantedOf(invocation, known) });
};

/** As many as are asked for, else as there are; the step itself makes two when nobody says. */
const hostsOf = ({ settings, store }: Session): number =>
  settings.hosts ?? store.state.hostsWanted ?? Math.max(store.state.hosts.length, defaultHosts);

/** What would be done up to a step, else as far as the stack goes, with all that is needed to show it. Reads only. */
export async function makePlan(session: Session, to: StepName | undefined): Promise<PlanFacts> {
  const steps = stepsUpTo(session, to);
  const plans = await runPlan({ ...session, steps });
  const { target, region, settings, store, clock } = session;
  return {
    target,
    plans,
    resources: store.state.resources,
    priced: {
      region,
      instanceType: settings.instanceType,
      databaseClass: settings.databaseClass,
      multiAz: settings.multiAz,
      hosts: hostsOf(session),
      loadBalancer: store.state.loadBalancer,
    },
    now: clock.now(),
  };
}

function show(invocation: Invocation, facts: PlanFacts): void {
  const label = facts.target === "sandbox" ? "[sandbox] " : "";
  const count = facts.plans.reduce((sum, { changes }) => sum + changes.length, 0);
  invocation.print(
    ...planLines(invocation, facts),
    "",
    label +
      invocation.text({
        en: count === 0 ? "Nothing to do" : `${count} changes; nothing was done. To carry them out: lecture05 up`,
        ja:
          count === 0 ? "変更はありません" : `変更 ${count} 件 (まだ何も実行していません)。実行するには: lecture05 up`,
      }),
  );
}
