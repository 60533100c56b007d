import type { Session } from "../engine/session.ts";
import { costOf, costText } from "../records/cost.ts";
import { isExpired } from "../records/expiry.ts";
import { isOnTheWay, lastWanted, stepNames, type StepName } from "../steps/names.ts";
import type { Invocation } from "./command.ts";
import { confirm, requireAnswer } from "./confirm.ts";
import { makePlan } from "./plan.ts";
import { planLines } from "./plan-view.ts";
import { lookAhead } from "./preflight.ts";
import type { Reached } from "./stack-session.ts";
import { useWanted, type Wanted } from "./wanted.ts";

/**
 * On a real account: looks whether anything stands in the way, before the session is opened. Undefined when nobody need
 * be asked: in the sandbox nothing costs anything, and what stands already was confirmed when it was made.
 */
export async function prepareForCosts(
  invocation: Invocation,
  reached: Reached,
  to: StepName | undefined,
  wanted: Wanted,
): Promise<((session: Session) => Promise<void>) | undefined> {
  if (reached.target !== "aws") return undefined;
  const last = lastWanted(reached.state, to);
  const { hosts } = invocation.preferences;
  const isMore = hosts !== undefined && hosts > (reached.state?.hosts.length ?? 0);
  if (isStanding(reached, last) && !isMore) return undefined;
  requireAnswer(invocation);
  const blocked = await lookAhead(invocation, reached, last);
  if (blocked) throw blocked;
  return (session) => {
    useWanted(session, wanted);
    return confirmCosts(invocation, reached, session, last);
  };
}

/** Shows the plan with its costs and asks, with account, region and price in the question. */
async function confirmCosts(
  invocation: Invocation,
  { connection: { account }, stack, region }: Reached,
  session: Session,
  last: StepName,
): Promise<void> {
  const facts = await makePlan(session, last);
  (await invocation.reporter()).pause();
  if (!invocation.json) invocation.print("", ...planLines(invocation, facts), "");
  const price = costText(costOf(facts.priced, last));
  await confirm(invocation, {
    word: stack,
    about: {
      en: `Stack ${stack} up to step ${last} on AWS account ${account} in ${region}: it costs ${price.en} until \`lecture05 destroy\`.`,
      ja: `AWS アカウント ${account} (${region}) にスタック ${stack} をステップ ${last} まで作成します。\`lecture05 destroy\` を実行するまで ${price.ja} かかります。`,
    },
  });
}

/** What stands was confirmed when it was made, and a run that finds it in order adds no cost. */
function isStanding({ state, clock }: Reached, last: StepName): boolean {
  // Its instances have ended themselves: they are made again, and cost again.
  if (isExpired(state?.expiresAt, clock.now())) return false;
  return stepNames
    .filter((name) => isOnTheWay(last, name))
    .every((name) => state?.steps.find((record) => record.name === name)?.status === "done");
}
