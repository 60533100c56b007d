import { Dice } from "./dice.ts";
import type { Behaviour } from "./names.ts";
import type { RealismSettings } from "./settings.ts";
import { realTime, type Time } from "./time.ts";

/** How long AWS takes, from and to, in milliseconds; what people report and what its documentation says. */
const times = {
  latency: [40, 250],
  boot: [20_000, 40_000],
  "late-ssm": [10_000, 30_000],
  "late-profile": [5_000, 12_000],
  "late-invocation": [300, 2_000],
  "slow-load-balancer": [90_000, 180_000],
  "slow-database": [300_000, 720_000],
  "lingering-interfaces": [60_000, 240_000],
  "slow-access-logs": [300_000, 330_000],
  "late-timeouts": [20_000, 30_000],
  "eventual-reads": [500, 5_000],
} as const satisfies Partial<Record<Behaviour, readonly [number, number]>>;

export type Slow = keyof typeof times;

/** Which behaviours are on, what the dice say, and how often each has shown. */
export class Behaviours {
  readonly dice: Dice;
  /** How often each has done something, since the start of the daemon. */
  readonly shown = new Map<Behaviour, number>();

  constructor(
    readonly settings: RealismSettings,
    dice = new Dice(settings.seed),
    readonly time: Time = realTime,
  ) {
    this.dice = dice;
  }

  has(behaviour: Behaviour): boolean {
    return !this.settings.without.includes(behaviour);
  }

  note(behaviour: Behaviour): void {
    this.shown.set(behaviour, (this.shown.get(behaviour) ?? 0) + 1);
  }

  /** Scaled milliseconds, another time for each `of`. 0 when the behaviour is left out. */
  timeFor(behaviour: Slow, of: string): number {
    if (!this.has(behaviour)) return 0;
    const [from, to] = times[behaviour];
    return (from + (to - from) * this.dice.next(behaviour, of)) * this.settings.timeScale;
  }

  async wait(behaviour: Slow, of: string, signal?: AbortSignal): Promise<void> {
    const ms = this.timeFor(behaviour, of);
    if (ms <= 0) return;
    if (behaviour !== "latency") this.note(behaviour);
    // Cut short is as good as over: whoever waits goes on with what comes then.
    await this.time.sleep(ms, { ...(signal ? { signal } : {}), ref: false }).catch(() => {});
  }
}
