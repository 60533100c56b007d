import type { Time } from "../../src/sandbox/realism/time.ts";

/** Time that goes on when a test says so, and by so much: a slow machine changes nothing about what comes first. */
export class ManualTime implements Time {
  private nowMs = 0;
  private readonly due = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  now(): number {
    return this.nowMs;
  }

  sleep(ms: number, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { atMs: this.nowMs + ms, wake: resolve };
      this.due.add(sleeper);
      signal?.addEventListener("abort", () => {
        this.due.delete(sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  advance(ms: number): void {
    this.nowMs += ms;
    for (const sleeper of [...this.due].toSorted((a, b) => a.atMs - b.atMs)) {
      if (sleeper.atMs > this.nowMs) return;
      this.due.delete(sleeper);
      sleeper.wake();
    }
  }
}
