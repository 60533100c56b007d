import type { Clock } from "../steps/step.ts";
import type { LocalizedText } from "../text.ts";
import type { RecentlyMade } from "./recently-made.ts";
import { isAwsError, isThrottled, isUnreachable } from "./translate-error.ts";

/** How long a call is tried again, beyond the few quick attempts of the SDK. */
export interface Patience {
  readonly clock: Clock;
  /** The first pause, in milliseconds; each one after it is up to twice as long. */
  readonly pollMs: number;
  /** Told before each pause what is waited for and for how long so far. */
  readonly onWait?: ((message: LocalizedText) => void) | undefined;
  /** For calls that AWS refuses because there are too many, or that it fails to answer itself. Default: 2 minutes. */
  readonly busyMs?: number | undefined;
  /** For "not found" about what was just made: AWS's parts hear of it one after the other. Default: 1 minute. */
  readonly notYetMs?: number | undefined;
}

const longestPauseMs = 20_000;
/** So often a call is made again that got no answer, once AWS has answered others: a network may be gone for moments. */
const triesUnanswered = 5;

interface Client {
  middlewareStack: { add(middleware: unknown, options: object): void };
}
type Next = (args: { readonly input: object }) => Promise<{ readonly output: object }>;

/**
 * Makes a client try again what will succeed in a while, with growing, jittered pauses, as long as it makes sense and
 * no longer. The pauses end at once at a Ctrl-C.
 */
export function bePatient(
  client: Client,
  service: string,
  { recent, line }: { readonly recent: RecentlyMade; readonly line: Line },
  patience: Patience,
): void {
  const middleware =
    (next: Next, { commandName = "" }: { commandName?: string }) =>
    async (args: { readonly input: object }) => {
      const operation = commandName.replace(/Command$/, "");
      const { clock } = patience;
      const since = clock.now().getTime();
      recent.announce(operation, args.input);
      for (let attempt = 1; ; attempt++) {
        try {
          const result = await next(args);
          recent.note(operation, args.input, result.output);
          line.isKnownToWork = true;
          return result;
        } catch (error) {
          const elapsedMs = clock.now().getTime() - since;
          const reason =
            reasonToWait(error, operation, args.input, recent, patience) ??
            (line.isKnownToWork && attempt < triesUnanswered && isUnreachable(error) ? unanswered : undefined);
          if (!reason) throw error;
          if (elapsedMs >= reason.limitMs) throw attempt > 1 ? withTime(error, attempt, elapsedMs) : error;
          const pauseMs = pauseAfter(attempt, patience.pollMs);
          patience.onWait?.(words(reason, `${service} ${operation}`, error as Error, { pauseMs, elapsedMs }));
          await clock.sleep(pauseMs);
        }
      }
    };
  client.middlewareStack.add(middleware, { step: "initialize", name: "lecture05BePatient" });
}

/** Whether AWS has answered any call yet: before that, a network that is not there is told at once. */
export interface Line {
  isKnownToWork: boolean;
}

interface Reason {
  readonly kind: "throttled" | "broken" | "not-yet" | "unanswered";
  readonly limitMs: number;
}

const unanswered: Reason = { kind: "unanswered", limitMs: Infinity };

function reasonToWait(
  error: unknown,
  operation: string,
  input: object,
  recent: RecentlyMade,
  { busyMs = 120_000, notYetMs = 60_000 }: Patience,
): Reason | undefined {
  if (isThrottled(error)) return { kind: "throttled", limitMs: busyMs };
  if (isBroken(error)) return { kind: "broken", limitMs: busyMs };
  const ageMs = recent.ageOf(operation, input, error);
  // Its age is what counts, not how long this call has been at it.
  return ageMs === undefined || ageMs >= notYetMs ? undefined : { kind: "not-yet", limitMs: Infinity };
}

/** AWS's own failure. That a zone is full is one of these by its status, but no matter of seconds. */
function isBroken(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 500 && !isAwsError(error, "InsufficientInstanceCapacity");
}

/** Between half and the whole of what doubles each time, so that many who were refused at once do not come back at once. */
function pauseAfter(attempt: number, pollMs: number): number {
  const most = Math.min(pollMs * 2 ** (attempt - 1), longestPauseMs);
  return Math.round(most / 2 + (Math.random() * most) / 2);
}

function words(
  { kind }: Reason,
  call: string,
  { name }: Error,
  { pauseMs, elapsedMs }: { readonly pauseMs: number; readonly elapsedMs: number },
): LocalizedText {
  const soFar = Math.round(elapsedMs / 1000);
  const pause = Math.max(1, Math.round(pauseMs / 1000));
  const why = {
    throttled: { en: "AWS limits the rate of calls", ja: "AWS の呼び出し回数の制限に達しました" },
    broken: { en: "AWS could not answer a call", ja: "AWS がエラーを返しました" },
    unanswered: { en: "AWS does not answer", ja: "AWS から応答がありません" },
    "not-yet": {
      en: "AWS does not know yet what was just made",
      ja: "作成したリソースが AWS にまだ反映されていません",
    },
  }[kind];
  return {
    en: `${why.en} (${call}: ${name}); trying again in ${pause} s, ${soFar} s so far`,
    ja: `${why.ja} (${call}: ${name})。${pause} 秒後に再試行します (経過 ${soFar} 秒)`,
  };
}

/** The error stays what it is; its words say how long it was tried. */
function withTime(error: unknown, attempts: number, elapsedMs: number): unknown {
  if (error instanceof Error)
    error.message = `${error.message} (tried ${attempts} times in ${Math.round(elapsedMs / 1000)} s)`;
  return error;
}
