import { adopt as runAdopt } from "../engine/adopt.ts";
import type { Session } from "../engine/session.ts";
import { Lecture05Error } from "../errors.ts";
import type { Command, Invocation } from "./command.ts";
import { confirm } from "./confirm.ts";
import { identify } from "./identity.ts";
import { countResources } from "./lost-state.ts";
import { sandboxHoldsSomething } from "./sandbox-contents.ts";
import { reach, withSession } from "./stack-session.ts";

/** Rebuilds a lost or damaged state from what exists. */
export const adopt: Command = async (invocation) => {
  const identity = identify(invocation.preferences, { replacesDamaged: true });
  if (identity.target === "sandbox" && !(await sandboxHoldsSomething(invocation))) {
    throw nothingThere({ ...identity, account: undefined }, []);
  }
  const work = async (session: Session): Promise<number> => {
    await runAdopt(session);
    return 0;
  };
  return reach(
    invocation,
    (reached) => withSession(invocation, reached, true, work, (session) => ask(invocation, session)),
    { replacesDamaged: true },
  );
};

async function ask(invocation: Invocation, session: Session): Promise<void> {
  const count = await countResources(invocation, session);
  if (count === 0) throw nothingThere(session, await session.ports.network.findStacks());
  const { stack, region, directory } = session;
  await confirm(invocation, {
    about: {
      en: `${count} resources of the stack ${stack} were found in ${region}. The state in ${directory} is made from them; nothing of them is changed.`,
      ja: `スタック ${stack} のリソースが ${region} に ${count} 件見つかりました。これをもとに ${directory} の状態を再構築します。リソースは変更しません。`,
    },
  });
}

function nothingThere(
  { stack, region, account }: Pick<Session, "stack" | "region"> & { readonly account: string | undefined },
  stacks: readonly string[],
): Lecture05Error {
  const others = stacks.filter((name) => name !== stack).slice(0, 5);
  return new Lecture05Error("NOTHING_TO_ADOPT", {
    what: { en: `There is no resource of the stack ${stack}`, ja: `スタック ${stack} のリソースはありません` },
    why: account
      ? {
          en: `Nothing in ${region} of account ${account} carries the tag lecture05:stack=${stack}`,
          ja: `アカウント ${account} の ${region} に、タグ lecture05:stack=${stack} の付いたリソースがありません`,
        }
      : { en: "The sandbox is empty", ja: "サンドボックスは空です" },
    next: [
      ...others.map((name) => `lecture05 adopt --stack ${name}`),
      {
        en: "Check --target, --region and --profile",
        ja: "--target、--region、--profile を確認してください",
      },
    ],
  });
}
