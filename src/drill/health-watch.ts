import type { LoadBalancing } from "../ports/load-balancing.ts";
import type { Clock } from "../steps/step.ts";
import type { HealthChange } from "./samples.ts";

const pollMs = 500;

/** Notes each change of the targets' health, on the clock of the load. */
export class HealthWatch {
  readonly changes: HealthChange[] = [];
  private readonly last = new Map<string, string>();
  private stopped = false;

  constructor(
    private readonly loadBalancing: LoadBalancing,
    private readonly targetGroupArn: string,
    private readonly clock: Clock,
    private readonly startedAtMs: number,
  ) {}

  /** Until `stop`; rejects with what a question rejected with, or with INTERRUPTED. */
  async run(signal: AbortSignal): Promise<void> {
    while (!this.stopped && !signal.aborted) {
      await this.look();
      await this.clock.sleep(pollMs);
    }
  }

  stop(): void {
    this.stopped = true;
  }

  get allHealthy(): boolean {
    const states = [...this.last.values()].filter((state) => state !== "gone");
    return states.length > 0 && states.every((state) => state === "healthy");
  }

  /** Healthy targets that were not there at the first look. */
  get newcomers(): readonly HealthChange[] {
    const first = new Set(this.changes.filter(({ atMs }) => atMs === this.changes[0]?.atMs).map((it) => it.instanceId));
    return this.changes.filter(({ instanceId, state }) => state === "healthy" && !first.has(instanceId));
  }

  async look(): Promise<void> {
    const targets = await this.loadBalancing.targetHealth(this.targetGroupArn);
    const atMs = this.clock.now().getTime() - this.startedAtMs;
    const now = new Map(targets.map(({ instanceId, state }) => [instanceId, state]));
    for (const instanceId of new Set([...this.last.keys(), ...now.keys()])) {
      const state = now.get(instanceId) ?? "gone";
      if (this.last.get(instanceId) === state) continue;
      this.last.set(instanceId, state);
      this.changes.push({ atMs, instanceId, state });
    }
  }
}
