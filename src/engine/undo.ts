import type { Lecture05Error } from "../errors.ts";
import type { UndoAction, UndoRecord } from "../state/undo.ts";
import type { StepName } from "../steps/names.ts";
import type { StepContext } from "../steps/step.ts";
import { partOf, restore, settle } from "../steps/undo.ts";
import type { Session } from "./session.ts";

/** What StepContext.without promises, for one step. */
export function createWithout(session: Session, step: StepName): StepContext["without"] {
  return async (actions, work, { restoredByWork = false } = {}) => {
    const since = session.clock.now().toISOString();
    const records = actions.map((action): UndoRecord => ({ step, since, action }));
    const { state } = session.store;
    state.undo = [...(state.undo ?? []), ...records];
    await session.save();
    for (const action of actions.filter(isPart)) session.sink({ type: "part.off", step, part: partOf(action) });

    let result;
    try {
      result = await work();
    } catch (error) {
      // What went wrong first is what has to be told; the event tells what could not be restored.
      await putBack(session, records).catch(() => {});
      throw error;
    }
    await putBack(session, records, restoredByWork);
    return result;
  };
}

/** What a command that was killed left: put right by the next one that holds the lock, before its own work. */
export async function restoreLeftovers(session: Session): Promise<void> {
  // The last first: a record's picture can be deleted only when the role has its rights back.
  for (const record of (session.store.state.undo ?? []).toReversed()) {
    const { step, action } = record;
    const part = partOf(action);
    session.sink({
      type: "step.progress",
      step,
      message: { en: `restoring ${part.en}`, ja: `${part.ja} を元に戻しています` },
    });
    try {
      await restore(session, action);
      await forget(session, record);
      session.sink({ type: "part.on", step, part, leftSince: record.since });
      await settle(session, action);
    } catch (error) {
      const failure = session.translate(error);
      if (!failure || failure.code === "INTERRUPTED") throw error;
      // Its own work may be what makes this possible again (a stopped instance), so it goes on.
      session.sink({ type: "part.left", step, part, reason: reasonOf(failure) });
    }
  }
}

/** Goes on during an interruption, and after a failure with what else there is. */
async function putBack(session: Session, records: readonly UndoRecord[], done = false): Promise<void> {
  const failures: Lecture05Error[] = [];
  for (const record of records) {
    const { step, action } = record;
    const part = partOf(action);
    try {
      if (!done) await session.clock.shielded(() => restore(session, action));
      await forget(session, record);
      if (isPart(action)) session.sink({ type: "part.on", step, part });
    } catch (error) {
      const failure = session.translate(error);
      if (!failure) throw error;
      session.sink({ type: "part.left", step, part, reason: reasonOf(failure) });
      // A record that stays for a while longer takes nothing from what was proved.
      if (isPart(action)) failures.push(failure);
    }
  }
  const [first] = failures;
  if (first) throw first;
}

async function forget(session: Session, record: UndoRecord): Promise<void> {
  const { state } = session.store;
  const left = (state.undo ?? []).filter((other) => other !== record);
  if (left.length > 0) state.undo = left;
  else delete state.undo;
  await session.save();
}

/** A record in the application, or a right that was lent, is a trace of the work, not a part that is missing meanwhile. */
const isPart = ({ kind }: UndoAction): boolean => kind !== "fruit" && kind !== "role-policy-lent";

function reasonOf(failure: Lecture05Error) {
  return failure.detail.why ?? failure.detail.what;
}
