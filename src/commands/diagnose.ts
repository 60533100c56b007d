import { verdictDocument } from "../diagnose/commands.ts";
import { nothingWrong, unknown, type Verdict } from "../diagnose/verdict.ts";
import { applyFix, diagnoseNow, recordVerdict } from "../engine/apply-fix.ts";
import { hasSeveralHosts, verdictEvent } from "../engine/diagnosis.ts";
import type { Session } from "../engine/session.ts";
import { Lecture05Error } from "../errors.ts";
import { diagnosisLines } from "../reporter/diagnosis-text.ts";
import { formatDuration } from "../reporter/duration.ts";
import { createPaint, isFancy } from "../reporter/paint.ts";
import type { StepName } from "../steps/names.ts";
import type { Command, Invocation } from "./command.ts";
import { requireState } from "./require-state.ts";
import { reach, withSession, type Reached } from "./stack-session.ts";
import { optionalStepName } from "./step-name.ts";

/** Exit code 0: nothing is wrong (any more). 1: something is, or it is not known what. */
export const diagnose: Command = async (invocation) => {
  const step = optionalStepName(invocation.args[0]);
  requireState(invocation.preferences);
  return reach(invocation, (reached) =>
    invocation.options.fix === true
      ? withSession(invocation, reached, true, (session) => diagnoseAndFix(invocation, session, step))
      : look(invocation, reached, step),
  );
};

/** Looks without the lock, so that it works beside a run that waits; notes the verdict when nobody holds it. */
async function look(invocation: Invocation, reached: Reached, step: StepName | undefined): Promise<number> {
  const verdict = await withSession(invocation, reached, false, async (session) => {
    const found = await diagnoseNow(session, step);
    await show(invocation, session, found);
    return found;
  });
  try {
    await withSession(invocation, reached, true, (session) => recordVerdict(session, verdict));
  } catch (error) {
    // Whoever holds the lock is at work on the stack, and what was found may be gone by then.
    if (!(error instanceof Lecture05Error && error.code === "LOCK_HELD")) throw error;
  }
  return verdict.code === nothingWrong ? 0 : 1;
}

/** One fix a run, so that everybody can see what it did: the diagnosis after it shows whether it holds. */
async function diagnoseAndFix(invocation: Invocation, session: Session, step: StepName | undefined): Promise<number> {
  const verdict = await diagnoseNow(session, step);
  await show(invocation, session, verdict);
  if (verdict.code === nothingWrong) return 0;
  await recordVerdict(session, verdict);
  if (!verdict.fix.automatic) {
    (await invocation.reporter()).note(
      verdict.code === unknown
        ? { en: "Nothing was changed: the cause is not known", ja: "原因が不明なため、何も変更していません" }
        : {
            en: "Nothing was changed: this fix is for you to decide on",
            ja: "何も変更していません。対処の内容を確認してから実行してください",
          },
    );
    return 1;
  }
  await applyFix(session, verdict, ({ command, durationMs }) => {
    if (invocation.json) invocation.print(JSON.stringify({ type: "fix.applied", command, durationMs }));
    else invocation.print(`  → ${command}  (${formatDuration(durationMs, invocation.language)})`);
  });
  const after = await diagnoseNow(session, step);
  await show(invocation, session, after);
  await recordVerdict(session, after);
  return after.code === nothingWrong ? 0 : 1;
}

async function show(invocation: Invocation, session: Session, verdict: Verdict): Promise<void> {
  const { io, json, language, preferences } = invocation;
  if (json) return invocation.print(JSON.stringify(verdictDocument(verdict, language, hasSeveralHosts(session))));
  (await invocation.reporter()).pause();
  const paint = createPaint(isFancy(io.stdout, io.env, preferences.color));
  const label = session.target === "sandbox" ? `${paint("dim", "[sandbox]")} ` : "";
  const lines = diagnosisLines(verdictEvent(session, verdict), language, paint);
  invocation.print(...lines.map((line, index) => (index === 0 ? `${label}${line.trimStart()}` : line)));
}
