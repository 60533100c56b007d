import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { makeLastingDirectory, UnconfirmedWriteError, writeDurably } from "../durable-files.ts";
import { readJson } from "./read-json.ts";
import { restore } from "./restore.ts";

/** How a service's state gets to disk; see JsonStore. */
export interface Persistence {
  save(): Promise<void>;
  note(fact: () => void): Promise<void>;
  settled(): Promise<void>;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const retryMs = 5_000;

/**
 * One service's state in one JSON file. An action changes `data` and calls `save()` with no wait in between, and answers
 * when that resolves: so what was acknowledged survives kill -9. When it cannot be written (a full disk), `data` is what
 * the file says again, and every change that was on its way to disk is refused.
 */
export class JsonStore<Data extends object> implements Persistence {
  readonly data: Data;
  /** What the file holds. */
  private text: string;
  private waiters: Waiter[] = [];
  private isWriting = false;
  private readonly facts = new Set<() => void>();
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly file: string,
    empty: Data,
  ) {
    makeLastingDirectory(dirname(file));
    this.data = { ...empty, ...readIfThere(file) };
    this.text = JSON.stringify(this.data);
  }

  /** Rejects when the changes are not on disk; then they are undone. Calls that meet while a write is under way share the next. */
  save(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject });
      if (!this.isWriting) void this.writeAll();
    });
  }

  /**
   * Takes note of something that has happened, whether or not it can be written now: it outlives failed writes, and is on
   * disk with the next one that works. `fact` may be carried out more than once. Never rejects.
   */
  async note(fact: () => void): Promise<void> {
    fact();
    this.facts.add(fact);
    await this.save().catch(() => this.retryLater());
  }

  /** For an answer that rests on what another request is just writing. Rejects as its `save` does. */
  async settled(): Promise<void> {
    if (this.isWriting) await this.save();
  }

  /** The same for stores that show more than their data. */
  get persistence(): Persistence {
    return { save: () => this.save(), note: (fact) => this.note(fact), settled: () => this.settled() };
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiters.length > 0) {
      const served = this.waiters;
      this.waiters = [];
      const text = JSON.stringify(this.data);
      const noted = [...this.facts];
      try {
        await writeDurably(dirname(this.file), basename(this.file), text);
      } catch (error) {
        if (error instanceof UnconfirmedWriteError) this.text = text;
        this.undo(error, served);
        continue;
      }
      this.text = text;
      for (const fact of noted) this.facts.delete(fact);
      for (const { resolve } of served) resolve();
    }
    this.isWriting = false;
  }

  /** All at once: a change that is made after this is neither undone nor refused. */
  private undo(error: unknown, served: readonly Waiter[]): void {
    const refused = [...served, ...this.waiters];
    this.waiters = [];
    restore(this.data, JSON.parse(this.text) as object);
    for (const fact of this.facts) fact();
    for (const { reject } of refused) reject(error);
  }

  private retryLater(): void {
    this.retry ??= setTimeout(() => {
      this.retry = undefined;
      if (this.facts.size > 0) this.save().catch(() => this.retryLater());
    }, retryMs).unref();
  }
}

function readIfThere(file: string): object {
  return existsSync(file) ? readJson(file) : {};
}
