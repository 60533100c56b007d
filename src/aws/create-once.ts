import { isAwsError, isThrottled, isUnreachable } from "./translate-error.ts";
import type { AdapterOptions } from "./wait.ts";

/** EC2 may list what it has just made with a delay (its "eventual consistency"): half a minute of looks on AWS. */
const looksForAll = 10;
/** Enough where a second one is refused: then it is known to be there, and looked for as long as the others. */
const looksAtFirst = 3;
/** About two minutes with the looks in between, as long as other calls are tried again that AWS fails itself. */
const looksInAll = 36;
/** A network that is gone is told sooner. */
const attemptsUnreachable = 5;

/** The call may have had its effect or not. Carries the reason beside `cause`, in which the SDK would find it retryable. */
class AnswerLost extends Error {
  override readonly name = "AnswerLost";

  constructor(readonly reason: unknown) {
    super(String(reason));
  }
}

interface Command {
  readonly middlewareStack: { addRelativeTo(middleware: unknown, options: object): void };
}

interface Creation<Made> {
  readonly command: Command;
  readonly send: () => Promise<Made>;
  /** What the command may have made before. */
  readonly find: () => Promise<Made | undefined>;
  /** The code by which AWS refuses a second one; undefined: it would make it. */
  readonly taken?: string;
}

/**
 * Sends a creating command that takes no client token. The SDK would repeat one whose answer got lost, and make a second
 * resource; here what the first call may have made is looked for by its tags before the command is sent again.
 */
export async function createOnce<Made>(
  { clock, pollMs }: Pick<AdapterOptions, "clock" | "pollMs">,
  { command, send, find, taken }: Creation<Made>,
): Promise<Made> {
  command.middlewareStack.addRelativeTo(withoutRepeat, {
    relation: "after",
    toMiddleware: "retryMiddleware",
    name: "lecture05CreateOnce",
  });
  const looks = taken === undefined ? looksForAll : looksAtFirst;
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const isMade = attempt > 1 && taken !== undefined && isAwsError(error, taken);
      if (!isMade && !(error instanceof AnswerLost)) throw error;
      for (let look = 1; look <= (isMade ? looksForAll : looks); look++) {
        const found = await find();
        if (found !== undefined) return found;
        await clock.sleep(pollMs);
      }
      // Somebody else's, after all.
      if (isMade) throw error;
      const { reason } = error as AnswerLost;
      if (attempt >= (isUnreachable(reason) ? attemptsUnreachable : looksInAll / looks)) throw reason;
    }
  }
}

type Next = (args: unknown) => Promise<unknown>;

const withoutRepeat = (next: Next) => async (args: unknown) => {
  try {
    return await next(args);
  } catch (error) {
    throw isUnanswered(error) ? new AnswerLost(error) : error;
  }
};

/** No answer at all, or one by which AWS does not know itself. A throttled call had no effect and may be repeated. */
function isUnanswered(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status === undefined || (status >= 500 && !isThrottled(error));
}
