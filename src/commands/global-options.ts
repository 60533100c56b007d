import type { OptionDefinition } from "./command.ts";

/** What every command takes. */
export const globalOptions: readonly OptionDefinition[] = [
  {
    flags: "--dir <dir>",
    describe: { en: "where the state is kept (default: .lecture05)", ja: "状態の保存先 (既定: .lecture05)" },
  },
  {
    flags: "--stack <name>",
    describe: { en: "name of the whole (default: lecture05)", ja: "スタック名 (既定: lecture05)" },
  },
  { flags: "--profile <name>", describe: { en: "AWS profile", ja: "AWS プロファイル" } },
  {
    flags: "--region <region>",
    describe: { en: "AWS region (default: ap-northeast-1)", ja: "AWS リージョン (既定: ap-northeast-1)" },
  },
  {
    flags: "--lang <lang>",
    describe: { en: "ja or en (default: from the locale)", ja: "ja または en (既定: ロケールに従う)" },
  },
  {
    flags: "--debug",
    describe: { en: "show causes and AWS request ids of errors", ja: "エラーの原因と AWS リクエスト ID を表示" },
  },
  { flags: "--no-color", describe: { en: "no colours, no spinner", ja: "色とスピナーを使わない" } },
];
