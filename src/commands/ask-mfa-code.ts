import { Lecture05Error } from "../errors.ts";
import { harmless } from "../text.ts";
import type { Invocation } from "./command.ts";
import { ask, canAsk } from "./confirm.ts";

/** The code that an MFA device shows now, for a profile whose role wants one. */
export async function askMfaCode(invocation: Invocation, device: string): Promise<string> {
  const name = harmless(device);
  if (canAsk(invocation)) {
    (await invocation.reporter()).pause();
    const prompt = invocation.text({ en: `MFA code of ${name}: `, ja: `${name} の MFA コード: ` });
    const code = (await ask(invocation, prompt)) ?? "";
    if (/^\d{6}$/.test(code)) return code;
    throw wanted({
      en: `"${harmless(code)}" is no code of six digits`,
      ja: `"${harmless(code)}" は 6 桁のコードではありません`,
    });
  }
  throw wanted({
    en: `The role wants a code of ${name}, and there is no terminal to ask on`,
    ja: `ロールの引き受けに ${name} のコードが必要ですが、端末がないため入力できません`,
  });
}

function wanted(why: { readonly en: string; readonly ja: string }): Lecture05Error {
  return new Lecture05Error("CREDENTIALS_MISSING", {
    what: { en: "The MFA code is missing", ja: "MFA コードがありません" },
    why,
    next: [
      {
        en: "Run it in a terminal, or take the role first (aws sts assume-role) and set the keys as variables",
        ja: "端末で実行するか、先に aws sts assume-role でロールを引き受け、キーを環境変数に設定してください",
      },
    ],
  });
}
