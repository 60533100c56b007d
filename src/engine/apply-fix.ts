import { untranslated } from "../text.ts";
import { commandOf } from "../diagnose/commands.ts";
import { nothingWrong, type Action, type Verdict } from "../diagnose/verdict.ts";
import { Lecture05Error } from "../errors.ts";
import type { StepName } from "../steps/names.ts";
import { hasSeveralHosts, logVerdict, lookFor, markVerdict } from "./diagnosis.ts";
import { applyAndRecord } from "./run-step.ts";
import { stepNamed } from "./run.ts";
import type { Session } from "./session.ts";

const fixTimeoutMs = 10 * 60_000;

/** One command of a fix that was carried out. */
export interface AppliedCommand {
  readonly command: string;
  readonly durationMs: number;
}

/** Applies a verdict's fix, which must be an automatic one. Says each command when it is done. */
export async function applyFix(
  session: Session,
  verdict: Verdict,
  onApplied: (applied: AppliedCommand) => void,
): Promise<void> {
  for (const action of verdict.fix.actions) {
    const startedAt = session.clock.now().getTime();
    await carryOut(session, verdict, action);
    const command = commandOf(action, hasSeveralHosts(session) ? verdict.instanceId : undefined);
    onApplied({ command, durationMs: session.clock.now().getTime() - startedAt });
  }
}

async function carryOut(session: Session, verdict: Verdict, action: Action): Promise<void> {
  if (action.kind === "by-hand") throw new Error("a fix by hand is never automatic");
  if (action.kind === "step") {
    const step = stepNamed(session, action.step);
    session.workLog.currentStep = step.name;
    try {
      // Without the step's proof: the diagnosis that follows is one, and a second fault must not fail the first's fix.
      await applyAndRecord(session, step, session.contextFor(step));
    } finally {
      session.workLog.currentStep = undefined;
    }
    return;
  }
  const { hosts } = session.store.state;
  const ids = verdict.instanceId ? [verdict.instanceId] : hosts.map(({ instanceId }) => instanceId);
  for (const instanceId of ids) {
    const script = { name: "fix", text: `set -e\n${action.script}\n`, timeoutMs: fixTimeoutMs };
    const result = await session.ports.shell.run(instanceId, script, { signal: session.signal });
    if (result.exitCode !== 0) throw fixFailed(instanceId, result.stderr || result.stdout);
  }
}

function fixFailed(instanceId: string, output: string): Lecture05Error {
  const tail = output.trim().split("\n").slice(-8).join("\n");
  return new Lecture05Error("REMOTE_COMMAND_FAILED", {
    what: { en: `The fix failed on ${instanceId}`, ja: `${instanceId} で対処のコマンドが失敗しました` },
    why: untranslated(tail),
    next: ["lecture05 diagnose", "lecture05 logs"],
  });
}

/** One diagnosis as somebody asked for it. */
export async function diagnoseNow(session: Session, upTo: StepName | undefined): Promise<Verdict> {
  const verdict = await lookFor(session, upTo ? { upTo } : {});
  if (!verdict) throw new Error("this session cannot diagnose");
  logVerdict(session, verdict);
  return verdict;
}

/** Brings the marks of earlier diagnoses up to date, so that a step named in the fix is applied again. Needs the lock. */
export async function recordVerdict(session: Session, verdict: Verdict): Promise<void> {
  for (const record of session.store.state.steps) delete record.diagnosis;
  const step = verdict.fix.actions.find((action) => action.kind === "step")?.step;
  if (verdict.code !== nothingWrong && step) markVerdict(session, step, verdict);
  await session.save();
}
