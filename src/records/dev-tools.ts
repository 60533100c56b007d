import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

const timeoutMs = 30_000;

/** Chromium's DevTools protocol over `--remote-debugging-pipe`: JSON messages, each ended by a zero byte. */
export class DevTools {
  private lastId = 0;
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private readonly input: Writable;
  private rest = "";
  private failure: Error | undefined;

  constructor(child: ChildProcess) {
    this.input = child.stdio[3] as Writable;
    const output = child.stdio[4] as Readable;
    output.setEncoding("utf8");
    output.on("data", (part: string) => this.receive(part));
    // What went wrong shows as the end of the process.
    for (const stream of [this.input, output]) stream.on("error", () => {});
    child.once("error", (error) => this.fail(error));
    child.once("exit", (code, signal) => this.fail(new Error(`the browser ended (${signal ?? code})`)));
  }

  async send<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
    if (this.failure) throw this.failure;
    const id = ++this.lastId;
    const answer = new Promise<unknown>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.input.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    return within(method, answer as Promise<T>).finally(() => this.waiting.delete(id));
  }

  private receive(part: string): void {
    const messages = (this.rest + part).split("\0");
    this.rest = messages.pop() ?? "";
    for (const text of messages) {
      const message = JSON.parse(text) as Message;
      // Nothing here waits for an event.
      if (message.id === undefined) continue;
      const waiter = this.waiting.get(message.id);
      if (message.error) waiter?.reject(new Error(message.error.message));
      else waiter?.resolve(message.result);
    }
  }

  private fail(error: Error): void {
    this.failure = error;
    for (const waiter of this.waiting.values()) waiter.reject(error);
  }
}

function within<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the browser did not answer ${what}`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
