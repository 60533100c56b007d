import { Lecture05Error } from "../errors.ts";
import { shellQuote } from "../remote/shell-quote.ts";
import type { SandboxIdentity } from "./schema.ts";

const hint = {
  en: "or keep a second stack in its own directory: --dir DIR",
  ja: "別のスタックには --dir DIR で別のディレクトリを指定してください",
};

/** The directory holds one stack, and the command is about another. */
export function mismatch(
  key: "stack" | "target" | "region" | "account",
  recorded: string,
  wanted: string,
): Lecture05Error {
  return new Lecture05Error("STATE_TARGET_MISMATCH", {
    what: {
      en: `This directory holds a stack of another ${key}`,
      ja: `このディレクトリには別の ${key} のスタックがあります`,
    },
    why: {
      en: `The state says ${key} "${recorded}", the command says "${wanted}"`,
      ja: `状態ファイルの ${key} は "${recorded}"、コマンドの指定は "${wanted}" です`,
    },
    next: [
      key === "account"
        ? { en: "Use the credentials of that account", ja: "そのアカウントの認証情報を使ってください" }
        : `lecture05 … --${key} ${shellQuote(recorded)}`,
      hint,
    ],
  });
}

/** The stack stands in a sandbox that is elsewhere on this machine. */
export function otherSandbox(recorded: SandboxIdentity, here: SandboxIdentity): Lecture05Error {
  return new Lecture05Error("STATE_TARGET_MISMATCH", {
    what: {
      en: "This directory holds a stack of another sandbox",
      ja: "このディレクトリには別のサンドボックスのスタックがあります",
    },
    why: {
      en: `The state is about sandbox ${recorded.id} in ${recorded.home}, the command reached ${here.id} in ${here.home}`,
      ja: `状態ファイルのサンドボックスは ${recorded.id} (${recorded.home})、接続先は ${here.id} (${here.home}) です`,
    },
    next: [`LECTURE05_SANDBOX_HOME="${recorded.home}" lecture05 …`, hint],
  });
}
