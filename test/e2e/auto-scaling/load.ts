/** One request of a load. */
export interface Hit {
  readonly atMs: number;
  /** The body when it was answered with 200; else what came instead. */
  readonly body?: string;
  readonly failure?: string;
}

/** A steady load on a URL, until it is stopped. */
export class Load {
  readonly hits: Hit[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly pending = new Set<Promise<void>>();
  private readonly startedAt = performance.now();

  constructor(url: string, perSecond: number) {
    this.timer = setInterval(() => {
      const hit = this.send(url).finally(() => this.pending.delete(hit));
      this.pending.add(hit);
    }, 1000 / perSecond);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.pending);
  }

  get failures(): Hit[] {
    return this.hits.filter(({ failure }) => failure !== undefined);
  }

  /** The longest time in which nothing was answered. */
  get longestGapMs(): number {
    const times = this.hits.filter(({ failure }) => failure === undefined).map(({ atMs }) => atMs);
    const sorted = times.toSorted((one, other) => one - other);
    return Math.max(0, ...sorted.map((time, index) => time - (sorted[index - 1] ?? time)));
  }

  private async send(url: string): Promise<void> {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      const body = await answer.text();
      this.note(answer.status === 200 ? { body } : { failure: String(answer.status) });
    } catch (error) {
      this.note({ failure: String((error as Error).cause ?? error) });
    }
  }

  private note(what: Omit<Hit, "atMs">): void {
    this.hits.push({ atMs: performance.now() - this.startedAt, ...what });
  }
}
