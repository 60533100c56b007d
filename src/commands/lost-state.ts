import { adopt } from "../engine/adopt.ts";
import { leftIn } from "../engine/sweep.ts";
import type { Session } from "../engine/session.ts";
import { Lecture05Error } from "../errors.ts";
import type { LocalizedText } from "../text.ts";
import type { Invocation } from "./command.ts";
import { confirm } from "./confirm.ts";

/**
 * For commands that would make a stack of which nothing is recorded: when there is something with its tag all the same,
 * the state was lost, or another directory has it. Asks whether to go on with it, which only a person can know.
 */
export async function askToAdopt(invocation: Invocation, session: Session): Promise<boolean> {
  if (!session.store.isNew) return false;
  const count = await countResources(invocation, session);
  if (count === 0) return false;
  const { stack, directory } = session;
  const about = {
    en: `${count} resources of the stack ${stack} exist, but ${directory} holds no state of it. They are taken over, and the work goes on with them.`,
    ja: `スタック ${stack} のリソースが ${count} 件ありますが、${directory} に状態ファイルがありません。既存のリソースを引き継いで続行します。`,
  };
  await confirm(invocation, { about }).catch((error: unknown) => {
    throw withHints(error, about);
  });
  return true;
}

/** Whoever cannot be asked, or says no, is told what it was about and what else can be done. */
function withHints(error: unknown, about: LocalizedText): unknown {
  if (!(error instanceof Lecture05Error) || error.code !== "DECLINED") return error;
  const { what, why, next = [] } = error.detail;
  return new Lecture05Error("DECLINED", {
    what,
    why: why ? { en: `${about.en} ${why.en}`, ja: `${about.ja}${why.ja}` } : about,
    next: [
      "lecture05 adopt",
      {
        en: "If another directory has its state: --dir DIR. For a second stack: --stack NAME",
        ja: "状態ファイルが別のディレクトリにある場合は --dir DIR、別のスタックを作る場合は --stack NAME",
      },
      ...next,
    ],
  });
}

/** The two parts of a command on a stack whose state may be lost: the question, and what follows from a yes. */
export function adoptingFirst(
  invocation: Invocation,
  /** The other question of the command, when it has one. */
  confirmToo: ((session: Session) => Promise<void>) | undefined,
  work: (session: Session) => Promise<number>,
): {
  readonly before: (session: Session) => Promise<void>;
  readonly work: (session: Session) => Promise<number>;
} {
  let isLost = false;
  return {
    async before(session) {
      isLost = await askToAdopt(invocation, session);
      await confirmToo?.(session);
    },
    async work(session) {
      if (isLost) await adopt(session);
      return work(session);
    },
  };
}

/** Everything that carries the stack's tag, asked of every service. */
export async function countResources(invocation: Invocation, session: Session): Promise<number> {
  const { sweep } = await invocation.services();
  const answers = await sweep(session);
  // One question that is refused hides little; when all are, AWS cannot be asked for anything.
  const [refused] = answers;
  if (refused?.failure !== undefined && answers.every(({ failure }) => failure !== undefined)) throw refused.failure;
  return leftIn(answers, []).length;
}
