import { up as runUp } from "../engine/run.ts";
import { checkApp } from "./check-app.ts";
import type { Command } from "./command.ts";
import { prepareForCosts } from "./confirm-costs.ts";
import { requireUsable } from "./certificate.ts";
import { adoptingFirst } from "./lost-state.ts";
import { plan } from "./plan.ts";
import { reach, withSession, type Known, type Reached } from "./stack-session.ts";
import { lastOf } from "./hosts.ts";
import { optionalStepName } from "./step-name.ts";
import { keepWanted, wantedOf, type Wanted } from "./wanted.ts";

export const up: Command = async (invocation) => {
  if (invocation.options.timings !== true) return carryOut(invocation);
  return (await import("./timings.ts")).timed(invocation, () => carryOut(invocation));
};

const carryOut: Command = async (invocation) => {
  const to = lastOf(invocation, optionalStepName(invocation.options.to));
  const teach = invocation.options.teach === true ? (await import("./teach.ts")).teacher(invocation) : undefined;
  if (invocation.options.dryRun === true) return plan(invocation);
  await checkApp(invocation.preferences);
  const find = (known: Known): Wanted => wantedOf(invocation, known, to);
  const work = async (reached: Reached): Promise<number> => {
    const wanted = find(reached);
    const confirmCosts = await prepareForCosts(invocation, reached, to, wanted);
    await requireUsable(wanted.certificate, reached);
    const adopting = adoptingFirst(invocation, confirmCosts, async (session) => {
      await keepWanted(session, wanted);
      // Who is taught sees one thing after the other.
      const sequential = invocation.options.sequential === true || teach !== undefined;
      await runUp(session, { ...(to ? { to } : {}), ...(teach ? { before: teach } : {}), sequential });
      return 0;
    });
    return withSession(invocation, reached, true, adopting.work, adopting.before);
  };
  return reach(invocation, work, { refuse: find });
};
