import { verify as runVerify } from "../engine/verify.ts";
import type { Command, Invocation } from "./command.ts";
import { confirm } from "./confirm.ts";
import { requireState } from "./require-state.ts";
import { reach, withSession } from "./stack-session.ts";
import { optionalStepName } from "./step-name.ts";

export const verify: Command = async (invocation) => {
  const only = optionalStepName(invocation.args[0]);
  const breaking = invocation.options.break === true;
  const { target } = requireState(invocation.preferences);
  if (breaking && target === "aws") await confirmOutage(invocation);
  return reach(
    invocation,
    (reached) =>
      // It records what it saw, so it takes the lock.
      withSession(invocation, reached, true, async (session) => {
        const { failed } = await runVerify(session, { only, breaking });
        return failed > 0 ? 1 : 0;
      }),
    { needsStack: true },
  );
};

/** Visitors of a stack on AWS may be real ones. */
async function confirmOutage(invocation: Invocation): Promise<void> {
  await confirm(invocation, {
    about: {
      en: "One part after the other is stopped for a moment and restored. The page is away for up to half a minute.",
      ja: "部品を 1 つずつ一時的に止めて元に戻します。最大 30 秒ほどページが表示できなくなります。",
    },
  });
}
