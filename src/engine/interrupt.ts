import { Lecture05Error } from "../errors.ts";
import type { Clock } from "../steps/step.ts";

export function interrupted(): Lecture05Error {
  return new Lecture05Error("INTERRUPTED", {
    what: { en: "Interrupted", ja: "中断しました" },
    why: { en: "What was done is recorded", ja: "ここまでの作業は記録されています" },
    next: [
      {
        en: "Run the same command again: it goes on where it stopped",
        ja: "同じコマンドを実行すると続きから再開します",
      },
    ],
  });
}

export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw interrupted();
}

/** Time for a session. */
export interface SessionClock extends Clock {
  /** Throws INTERRUPTED once the signal has fired. */
  throwIfInterrupted(): void;
  /**
   * Runs work that has to come to its end although the signal has fired: meanwhile sleeps are only sleeps, and nothing
   * is interrupted.
   */
  shielded<T>(work: () => Promise<T>): Promise<T>;
}

/** Real time, whose sleeps end at once with INTERRUPTED when the signal fires. */
export function createClock(signal: AbortSignal): SessionClock {
  let shields = 0;
  return {
    now: () => new Date(),
    throwIfInterrupted() {
      if (shields === 0) throwIfInterrupted(signal);
    },
    async shielded(work) {
      shields += 1;
      try {
        return await work();
      } finally {
        shields -= 1;
      }
    },
    sleep: (ms) =>
      new Promise((resolve, reject) => {
        const interruptible = shields === 0;
        if (signal.aborted && interruptible) return reject(interrupted());
        const timer = setTimeout(finish, ms);
        const onAbort = (): void => {
          clearTimeout(timer);
          reject(interrupted());
        };
        function finish(): void {
          signal.removeEventListener("abort", onAbort);
          resolve();
        }
        if (interruptible) signal.addEventListener("abort", onAbort, { once: true });
      }),
  };
}
