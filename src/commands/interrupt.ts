import { setMaxListeners } from "node:events";
import { interrupted } from "../engine/interrupt.ts";
import { Lecture05Error } from "../errors.ts";
import type { Language, LocalizedText } from "../text.ts";
import type { Interruption, Io } from "./io.ts";

export const interruptedExitCode = 130;

const notice: LocalizedText = {
  en: "Stopping: the call in flight is finished and recorded. Run the same command again to resume. Ctrl-C again ends at once.",
  ja: "停止しています: 実行中の呼び出しを終えて記録します。同じコマンドで再開できます。もう一度 Ctrl-C を押すと即座に終了します。",
};

/** npm and npx pass a Ctrl-C on to a process that the terminal has told already: two within this time are one press. */
const samePressMs = 250;

export interface InterruptListener {
  /** Starts listening; before that a Ctrl-C ends the process in the system's way. Quiet: there is nothing to resume. */
  signal(options?: { readonly quiet?: boolean }): AbortSignal;
  /** After a Ctrl-C whatever failed did so because of it. */
  explain(error: unknown): unknown;
  stop(): void;
}

/** The first Ctrl-C asks the work to stop, the second ends the process. */
export function listenForInterrupt(
  io: Io,
  show: () => { readonly language: Language; readonly json: boolean },
  now: () => number = () => performance.now(),
): InterruptListener {
  // Made when somebody listens: Node loads the class for it, and `status` needs none.
  let controller: AbortController | undefined;
  let unlisten: (() => void) | undefined;
  let quiet = false;
  let pressedAt = 0;

  const onInterrupt = (interruption: Interruption): void => {
    if (controller?.signal.aborted) {
      // Who went away is not impatient: the work ends in its own order.
      const isSecond = interruption === "asked" && now() - pressedAt > samePressMs;
      return isSecond ? io.exitNow(interruptedExitCode) : undefined;
    }
    pressedAt = now();
    // Whoever asks the signal throws this reason, so that an interruption is never taken for a bug.
    controller?.abort(interrupted());
    const { language, json } = show();
    if (!json && !quiet) io.stderr.write(`\n${notice[language]}\n`);
  };

  return {
    signal(options = {}) {
      quiet ||= options.quiet === true;
      if (!controller) {
        controller = new AbortController();
        // Several steps wait at the same time, each with a listener of its own.
        setMaxListeners(0, controller.signal);
      }
      unlisten ??= io.onInterrupt(onInterrupt);
      return controller.signal;
    },
    explain(error) {
      if (!controller?.signal.aborted) return error;
      return error instanceof Lecture05Error && error.code === "INTERRUPTED" ? error : interrupted();
    },
    stop: () => unlisten?.(),
  };
}
