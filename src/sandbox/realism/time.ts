import { setTimeout as sleep } from "node:timers/promises";

/** What AWS's delays are measured by. */
export interface Time {
  /** Milliseconds since whenever. */
  now(): number;
  /** Rejects when the signal fires. With `ref: false` it does not keep the process from its end. */
  sleep(ms: number, options?: { readonly signal?: AbortSignal; readonly ref?: boolean }): Promise<void>;
}

export const realTime: Time = {
  now: () => Date.now(),
  sleep: (ms, options) => sleep(ms, undefined, options),
};
