import { isThrottled, isUnreachable } from "./translate-error.ts";
import type { AdapterOptions } from "./wait.ts";

/** EC2 may list what it has just made with a delay (its "eventual consistency"). */
const looks = 3;
/** With the looks in between about two minutes on AWS, as long as other calls are tried again that it fails itself. */
const attempts = 12;
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

/**
 * Sends a creating command that takes no client token. The SDK would repeat one whose answer got lost, and make a second
 * resource; here what the first call may have made is looked for by its tags before the command is sent again.
 */
export async function createOnce<Made>(
  { clock, pollMs }: Pick<AdapterOptions, "clock" | "pollMs">,
  command: Command,
  send: () => Promise<Made>,
  find: () => Promise<Made | undefined>,
): Promise<Made> {
  command.middlewareStack.addRelativeTo(withoutRepeat, {
    relation: "after",
    toMiddleware: "retryMiddleware",
    name: "lecture05CreateOnce",
  });
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof AnswerLost)) throw error;
      for (let look = 1; look <= looks; look++) {
        const found = await find();
        if (found !== undefined) return found;
        await clock.sleep(pollMs);
      }
      if (attempt >= (isUnreachable(error.reason) ? attemptsUnreachable : attempts)) throw error.reason;
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
