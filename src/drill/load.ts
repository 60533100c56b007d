import type { Http } from "../ports/http.ts";
import type { Clock } from "../steps/step.ts";
import type { Sample } from "./samples.ts";

export interface LoadOptions {
  readonly http: Http;
  readonly clock: Clock;
  /** Ends it, also where sleeps cannot be interrupted because something is being put back. */
  readonly signal: AbortSignal;
  /** Of the page that is asked for. */
  readonly url: string;
  /** Requests per second. */
  readonly rate: number;
  readonly seconds: number;
}

/** Whoever waits longer than this has given up on the page. */
const timeoutMs = 5000;
/** Connections at a time; a load that needs more would measure this machine. */
const mostInFlight = 500;

export interface Load {
  readonly startedAtMs: number;
  /** Grows while the load runs. */
  readonly samples: readonly Sample[];
  /** Rejects with INTERRUPTED at a Ctrl-C; no request is under way after it either way. */
  readonly ended: Promise<void>;
}

/**
 * Sends requests at a steady pace, whether or not the earlier ones were answered: visitors do not wait for each other.
 * Each comes on a connection of its own, as a new visitor's. Bounded in number, in time and in what is under way.
 */
export function startLoad(options: LoadOptions): Load {
  const { clock, signal, rate, seconds } = options;
  const startedAtMs = clock.now().getTime();
  const samples: Sample[] = [];
  const inFlight = new Set<Promise<void>>();
  const now = (): number => clock.now().getTime() - startedAtMs;

  const send = async (dueMs: number): Promise<void> => {
    const { outcome, host } = await ask(options);
    samples.push({ dueMs, endMs: now(), outcome, ...(host ? { host } : {}) });
  };

  const run = async (): Promise<void> => {
    const total = Math.round(rate * seconds);
    try {
      for (let index = 0; index < total && !signal.aborted; index++) {
        const dueMs = (index * 1000) / rate;
        const earlyMs = dueMs - now();
        if (earlyMs > 0) await clock.sleep(earlyMs);
        if (inFlight.size >= mostInFlight) {
          samples.push({ dueMs, endMs: now(), outcome: "unsent" });
          // Nobody else gets a turn in a loop that never waits.
          await clock.sleep(0);
          continue;
        }
        const request = send(dueMs).finally(() => inFlight.delete(request));
        inFlight.add(request);
      }
    } finally {
      await Promise.all(inFlight);
    }
  };
  const ended = run();
  // Somebody else may fail first; an interruption is not unhandled then.
  ended.catch(() => {});
  return { startedAtMs, samples, ended };
}

async function ask({ http, url }: LoadOptions): Promise<{ outcome: string; host?: string | undefined }> {
  const answer = await http.request(url, { timeoutMs });
  if (answer.kind !== "answer") return { outcome: answer.kind };
  if (answer.status !== 200) return { outcome: String(answer.status) };
  return { outcome: "ok", host: servedBy(Buffer.from(answer.body).toString("utf8")) };
}

/** Host and zone from the footer of the sample application's pages: "ip-10-5-1-10 ap-northeast-1a". */
export function servedBy(html: string): string | undefined {
  const footer = /<footer>(.*?)<\/footer>/s.exec(html)?.[1] ?? "";
  const [host, zone] = [...footer.matchAll(/<dd>([\w.-]{1,64})<\/dd>/g)].map((match) => match[1]);
  return host === undefined ? undefined : [host, zone].filter(Boolean).join(" ");
}
