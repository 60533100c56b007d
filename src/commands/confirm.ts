import { interrupted } from "../engine/interrupt.ts";
import { Lecture05Error } from "../errors.ts";
import type { LocalizedText } from "../text.ts";
import type { Invocation } from "./command.ts";

interface Question {
  /** What is about to happen. */
  readonly about: LocalizedText;
  /** The word to type; undefined: y or yes will do. */
  readonly word?: string;
  /** --yes does not answer this one; what to do instead. */
  readonly insteadOfYes?: readonly (string | LocalizedText)[];
}

/** Asks before something that cannot be undone or costs money. --yes answers; without a terminal it is DECLINED. */
export async function confirm(invocation: Invocation, question: Question): Promise<void> {
  const { io, preferences } = invocation;
  const { about, word, insteadOfYes } = question;
  if (preferences.yes && !insteadOfYes) return;
  if (preferences.yes) throw declined(about, insteadOfYes);
  if (!canAsk(invocation)) throw nobodyToAsk(insteadOfYes ? about : undefined, insteadOfYes);
  const how: LocalizedText = word
    ? { en: `Type "${word}" to go on: `, ja: `続けるには "${word}" と入力してください: ` }
    : { en: "Go on? [y/N] ", ja: "続けますか? [y/N] " };
  (await invocation.reporter()).pause();
  io.stderr.write(`${invocation.text(about)}\n`);
  const answer = (await ask(invocation, invocation.text(how))) ?? "";
  if (word ? answer === word : /^(y|yes|はい)$/i.test(answer)) return;
  throw declined({ en: `The answer was "${answer}"`, ja: `回答: "${answer}"` }, insteadOfYes);
}

/** DECLINED at once when a question will come that nobody can answer, before anything is started for it. */
export function requireAnswer(invocation: Invocation): void {
  if (!invocation.preferences.yes && !canAsk(invocation)) throw nobodyToAsk();
}

export function canAsk({ io, json }: Invocation): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true && !json;
}

function nobodyToAsk(about?: LocalizedText, next?: Question["insteadOfYes"]): Lecture05Error {
  const why = {
    en: "This needs a confirmation, and there is no terminal to ask on",
    ja: "確認が必要ですが、端末がないため質問できません",
  };
  return declined(about ? { en: `${about.en}\n${why.en}`, ja: `${about.ja}\n${why.ja}` } : why, next);
}

/** One line from the terminal; undefined when there is none to come (Ctrl-D). */
export async function ask(invocation: Invocation, prompt: string): Promise<string | undefined> {
  const { stdin, stderr } = invocation.io;
  const signal = invocation.signal();
  stderr.write(prompt);
  // After its end nothing is said any more, not even that.
  if (stdin.readableEnded) return undefined;
  return new Promise<string | undefined>((resolve, reject) => {
    let typed = "";
    const onData = (chunk: Buffer | string): void => {
      typed += chunk.toString();
      const end = typed.indexOf("\n");
      if (end < 0) return;
      stop();
      // What was typed ahead answers the next question.
      if (end + 1 < typed.length) stdin.unshift(typed.slice(end + 1));
      resolve(typed.slice(0, end).trim());
    };
    const onEnd = (): void => {
      stop();
      resolve(typed.trim() || undefined);
    };
    const onAbort = (): void => {
      stop();
      reject(interrupted());
    };
    const stop = (): void => {
      stdin.pause();
      stdin.removeListener("data", onData).removeListener("end", onEnd);
      signal.removeEventListener("abort", onAbort);
    };
    if (signal.aborted) return reject(interrupted());
    signal.addEventListener("abort", onAbort, { once: true });
    stdin.on("data", onData).on("end", onEnd).resume();
  });
}

function declined(why: LocalizedText, next?: Question["insteadOfYes"]): Lecture05Error {
  return new Lecture05Error("DECLINED", {
    what: { en: "Nothing was done", ja: "何も実行していません" },
    why,
    next: next ?? [{ en: "Give --yes to go on without a question", ja: "--yes を付けると確認なしで実行します" }],
  });
}
