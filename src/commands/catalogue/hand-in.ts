import type { CommandDefinition } from "../command.ts";
import { json, noRedact, yes } from "./options.ts";

/** Commands that write down what was done. */
export const handInCommands: readonly CommandDefinition[] = [
  {
    name: "modules",
    describe: {
      en: "list the installed modules, compare stages or hosts, or look for drift",
      ja: "インストールしたモジュールの一覧・段階間やホスト間の比較・差異の確認",
    },
    options: [
      {
        flags: "--step <step>",
        describe: { en: "only those that this step brought", ja: "このステップで追加された分のみ" },
      },
      {
        flags: "--diff <a..b>",
        describe: { en: "between two stages or two hosts", ja: "2 つの段階または 2 台のホストを比較" },
      },
      {
        flags: "--check",
        describe: { en: "what changed on the hosts since it was recorded", ja: "記録後にホストで変わったものを表示" },
      },
      json,
    ],
    progressAside: true,
    examples: ["lecture05 modules --step nginx", "lecture05 modules --diff puma..nginx", "lecture05 modules --check"],
    load: async () => (await import("../modules.ts")).modules,
  },
  {
    name: "diagram",
    describe: {
      en: "draw what is really there, with the proved path and contradictions",
      ja: "実際の構成から構成図を描き、動作確認済みの経路と矛盾点を示します",
    },
    options: [
      {
        flags: "--format <format>",
        describe: { en: "svg (default), drawio, mermaid or png", ja: "svg (既定)・drawio・mermaid・png" },
      },
      { flags: "--out <file>", describe: { en: "write to this file", ja: "出力先ファイル" } },
      { flags: "--stage <step>", describe: { en: "the path of this step", ja: "このステップの経路を描く" } },
      noRedact,
      yes,
    ],
    progressAside: true,
    examples: [
      "lecture05 diagram --out diagram.svg",
      "lecture05 diagram --stage nginx-puma --format drawio --out d.drawio",
    ],
    load: async () => (await import("../diagram.ts")).diagram,
  },
  {
    name: "report",
    describe: {
      en: "write the hand-in: summary, diagram, evidence, modules, work done",
      ja: "提出用レポートを作成します (概要・構成図・エビデンス・モジュール・作業記録)",
    },
    options: [
      {
        flags: "--out <dir>",
        describe: { en: "where to (default: lecture05-report)", ja: "出力先 (既定: lecture05-report)" },
      },
      noRedact,
      yes,
      json,
    ],
    progressAside: true,
    examples: ["lecture05 report", "lecture05 report --lang en --out hand-in"],
    load: async () => (await import("../report.ts")).report,
  },
];
