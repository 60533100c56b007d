import { Lecture05Error } from "../errors.ts";
import { destroy as runDestroy } from "../engine/destroy.ts";
import type { Session } from "../engine/session.ts";
import { leftIn } from "../engine/sweep.ts";
import type { Found } from "../ports/sweep.ts";
import { isExpired } from "../records/expiry.ts";
import type { DestroyOptions, Kept } from "../steps/step.ts";
import { shown } from "../text.ts";
import type { BucketData } from "../steps/sweep.ts";
import type { Command, Invocation } from "./command.ts";
import { requireAnswer } from "./confirm.ts";
import { confirmData, confirmDestroy } from "./confirm-destroy.ts";
import { identify } from "./identity.ts";
import { sandboxHoldsSomething } from "./sandbox-contents.ts";
import { reach, withSession } from "./stack-session.ts";
import { keepLastLook } from "./topology-now.ts";

export const destroy: Command = async (invocation) => {
  const { keepBucket, deleteData } = invocation.options;
  const finalSnapshot = snapshotName(invocation.options.finalSnapshot);
  const options: DestroyOptions = {
    keepBucket: keepBucket === true,
    deleteData: deleteData === true,
    finalSnapshot,
    deleteBackups: deletesBackups(invocation.options.backups),
  };
  const { target, state } = identify(invocation.preferences);
  const onlyExpired = invocation.options.expired === true;
  // The state says so without asking anybody; a cron job must not start a sandbox to hear nothing.
  if (onlyExpired && state && !isExpired(state.expiresAt, new Date())) return 0;
  if (!state && target === "sandbox" && !(await sandboxHoldsSomething(invocation))) {
    if (!onlyExpired) await sayNothing(invocation, target);
    return 0;
  }
  // With nobody to ask, nothing need be started only to find that out.
  if (state && state.resources.length > 0) requireAnswer(invocation);
  // Also without a state: what was made and never recorded is found by its tags. The lock comes first, so that what is
  // looked at and asked about is not being made or deleted by another terminal.
  const outcome = await reach(invocation, (reached) =>
    withSession(invocation, reached, true, async (session) => {
      if (onlyExpired && !(await isOver(session))) return undefined;
      const there = await look(invocation, session);
      if (there.nothing && !state) return sayNothing(invocation, target);
      const about = { ...reached, ...there, options };
      // A destroy that was cut short at its very end: nobody need be asked to put its records away.
      const asked = there.nothing ? Promise.resolve() : confirmDestroy(invocation, about);
      const consent = await asked.then(() => confirmData(invocation, about)).catch(unlessDeclined);
      if (consent instanceof Lecture05Error) return consent;
      await keepLastLook(invocation.preferences.directory, reached, session.store.state, invocation.signal());
      const { sweep } = await invocation.services();
      const { certificateFailure } = await runDestroy(session, sweep, consent);
      if (certificateFailure !== undefined) await warn(invocation, certificateFailure);
      return undefined;
    }),
  );
  // Also one that was started only to hear a no.
  if (target === "sandbox") await stopEmptySandbox(invocation);
  if (outcome) throw outcome;
  return 0;
};

/** As RDS takes it; refused before anything is deleted. */
function snapshotName(said: unknown): string | undefined {
  if (typeof said !== "string") return undefined;
  if (/^(?=.{1,255}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/i.test(said)) return said;
  throw new Lecture05Error("USAGE", {
    what: { en: "The value of --final-snapshot is not valid", ja: "--final-snapshot の値が正しくありません" },
    why: {
      en: `"${shown(said)}" is no snapshot's name: letters, digits and single hyphens, starting with a letter`,
      ja: `"${shown(said)}": スナップショット名には英数字と (連続しない) ハイフンが使えます (英字で始める)`,
    },
    next: ["lecture05 destroy --final-snapshot lecture05-last"],
  });
}

/** Backups stay unless it was said in so many words that they go; --yes says nothing about them. */
function deletesBackups(said: unknown): true | undefined {
  if (said === undefined || said === "keep") return undefined;
  if (said === "delete") return true;
  const text = shown(typeof said === "string" ? said : "");
  throw new Lecture05Error("USAGE", {
    what: { en: "The value of --backups is not valid", ja: "--backups の値が正しくありません" },
    why: {
      en: `"${text}": it is keep (also without this option) or delete`,
      ja: `"${text}": keep (既定) または delete を指定してください`,
    },
    next: ["lecture05 destroy --backups keep", "lecture05 destroy --backups delete"],
  });
}

/** As the tags say, which another directory may have moved since; the state's word counts where there are none. */
async function isOver({ ports, stack, store, clock }: Session): Promise<boolean> {
  const expiresAt = (await ports.expiry.find(stack)) ?? store.state.expiresAt;
  return isExpired(expiresAt, clock.now());
}

interface Looked {
  readonly found: readonly Found[];
  readonly data: BucketData | undefined;
  readonly backups: Kept | undefined;
  readonly nothing: boolean;
}

/** What there is to destroy, before anybody is asked. Reads only. */
async function look(invocation: Invocation, session: Session): Promise<Looked> {
  const services = await invocation.services();
  const answers = await services.sweep(session);
  const refused = answers.filter(({ failure }) => failure !== undefined);
  // Not one answer: AWS cannot be asked, so it cannot be told to delete either.
  if (refused.length > 0 && refused.length === answers.length) throw refused[0]?.failure;
  const found = leftIn(answers, []);
  const recorded = session.store.state.resources.length;
  const nothing = found.length === 0 && recorded === 0 && refused.length === 0;
  // A bucket that may not be looked into must not keep the rest alive: the step looks again, and tells.
  const data = nothing ? undefined : await services.bucketData(session).catch(() => undefined);
  const backups = nothing ? undefined : await (await services.backups()).backupData(session).catch(() => undefined);
  return { found, data, backups, nothing };
}

async function warn(invocation: Invocation, failure: unknown): Promise<void> {
  const why = failure instanceof Error ? failure.message : String(failure);
  (await invocation.reporter()).note({
    en: `Nothing is left, but the certificate could not be saved: ${why}`,
    ja: `すべて削除しましたが、証明書を保存できませんでした: ${why}`,
  });
}

/** A sandbox without a stack has no work: its process goes too. The next `up` starts it again, with all it holds on disk. */
async function stopEmptySandbox(invocation: Invocation): Promise<void> {
  const control = await (await invocation.services()).sandbox(invocation.io.env);
  const { containers } = await control.status();
  if (containers?.length === 0) await control.stop();
}

async function sayNothing(invocation: Invocation, target: "sandbox" | "aws"): Promise<undefined> {
  if (invocation.json) {
    (await invocation.reporter()).event({ type: "run.finished", outcome: "done", durationMs: 0, left: 0 });
    return undefined;
  }
  const { stack, region } = identify(invocation.preferences);
  const text = {
    en: `There is nothing to destroy: no resource of the stack ${stack} in ${region}`,
    ja: `削除するものはありません: スタック ${stack} のリソースは ${region} にありません`,
  };
  invocation.print(`${target === "sandbox" ? "[sandbox] " : ""}${invocation.text(text)}`);
  return undefined;
}

function unlessDeclined(error: unknown): Lecture05Error {
  if (error instanceof Lecture05Error && error.code === "DECLINED") return error;
  throw error;
}
