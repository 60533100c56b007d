import { readdirSync } from "node:fs";
import { Lecture05Error } from "../../errors.ts";
import type { LocalizedText } from "../../text.ts";
import { whyUnusable } from "../state-directory.ts";

/** What a start leaves that was killed before it had made the sandbox's id. */
const early = /^(daemon|sandbox-id|appliance-secret|iam\.json|\.tmp-)/;

/**
 * Refuses a home that holds something else than a sandbox: `sandbox reset` removes it with all that is in it, and
 * LECTURE05_SANDBOX_HOME=~ is quickly typed.
 */
export function assertOwnHome(home: string, env: NodeJS.ProcessEnv): void {
  const wrong = whyUnusable(home) ?? whyForeign(home);
  if (!wrong) return;
  const variable = ["LECTURE05_SANDBOX_HOME", "XDG_STATE_HOME"].find((name) => env[name]) ?? "HOME";
  throw new Lecture05Error("CONFIG_INVALID", {
    what: {
      en: `${variable} names no place for the sandbox: ${home}`,
      ja: `${variable} の指す場所にはサンドボックスを置けません: ${home}`,
    },
    why: wrong,
    next: [
      {
        en: "Set LECTURE05_SANDBOX_HOME to a directory that is empty or not there yet",
        ja: "空の、またはまだ存在しないディレクトリを LECTURE05_SANDBOX_HOME に指定してください",
      },
    ],
  });
}

function whyForeign(home: string): LocalizedText | undefined {
  const names = entriesOf(home);
  const foreign = names.find((name) => !early.test(name));
  if (foreign === undefined || names.includes("sandbox-id")) return undefined;
  return {
    en: `There is something else in it, for example "${foreign}"`,
    ja: `サンドボックスのものではないファイルがあります (例: "${foreign}")`,
  };
}

function entriesOf(home: string): string[] {
  try {
    return readdirSync(home);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
