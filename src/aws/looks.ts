import type { Clock } from "../steps/step.ts";

/** So long may an answer be used again, in milliseconds. Others may change things meanwhile, as they may right after it. */
const freshMs = 3_000;

/**
 * What AWS said a moment ago, for those who ask the same: each step of a run looks at the instances, and while nothing
 * was changed, run on a host or waited for, they would all be told the same.
 */
export class Looks {
  private changes = 0;
  private readonly answers = new Map<string, { at: number; changes: number; answer: Promise<unknown> }>();

  constructor(private readonly now: () => Date) {}

  /** To be told of every call before it is made and when it was answered: a look meanwhile may have seen either. */
  noteCall(operation: string): void {
    if (!/^(Describe|Get|List)/.test(operation)) this.changes += 1;
  }

  /** Who waits wants to see something else than before. */
  noteWait(): void {
    this.changes += 1;
  }

  async share<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const known = this.answers.get(question);
    const at = this.now().getTime();
    if (known && known.changes === this.changes && at - known.at < freshMs) return known.answer as Promise<T>;
    const answer = ask();
    const kept = { at, changes: this.changes, answer };
    this.answers.set(question, kept);
    // A failure is nobody's answer but the asker's.
    answer.catch(() => this.answers.get(question) === kept && this.answers.delete(question));
    return answer;
  }
}

/** The clock, whose sleeps are waits for something new. */
export function tellingWaits<C extends Pick<Clock, "sleep">>(clock: C, looks: Looks): C {
  return {
    ...clock,
    async sleep(ms: number) {
      await clock.sleep(ms);
      looks.noteWait();
    },
  };
}
