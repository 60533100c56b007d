import type { CommandDefinition } from "../command.ts";
import { json, yes } from "./options.ts";

/** Commands about the machine that the sandbox runs on. */
export const machineCommands: readonly CommandDefinition[] = [
  {
    name: "doctor",
    describe: {
      en: "check what this machine needs, say how to get it",
      ja: "このマシンの前提条件を調べ、対処を表示します",
    },
    options: [
      { flags: "--fix", describe: { en: "put right what can be", ja: "直せるものを直す" } },
      { flags: "--json", describe: { en: "one JSON finding a line", ja: "1 行 1 件の JSON で出力" } },
    ],
    examples: ["lecture05 doctor", "lecture05 doctor --fix"],
    load: async () => (await import("../doctor.ts")).doctor,
  },
  {
    name: "sandbox",
    describe: { en: "the AWS on your own machine", ja: "自分のマシン上の AWS (サンドボックス)" },
    examples: ['eval "$(lecture05 sandbox env)"', "lecture05 sandbox status"],
    subcommands: [
      {
        name: "start",
        describe: {
          en: "start it, with the hosts that it had",
          ja: "起動します (以前のホストも再開)",
        },
        options: [
          {
            flags: "--realism <kind>",
            describe: {
              en: "aws: as slow, late and unreliable as AWS can be; none: as usual (kept until changed)",
              ja: "aws: 実際の AWS のような遅延やエラーを再現。none: 通常どおり (変更するまで有効)",
            },
          },
          {
            flags: "--seed <number>",
            describe: { en: "the same seed, the same trouble (default: 1)", ja: "同じ値なら同じ動作になる (既定: 1)" },
          },
          {
            flags: "--time-scale <factor>",
            describe: {
              en: "AWS's times multiplied by this, above 0, at most 1 (default: 1)",
              ja: "AWS の所要時間に掛ける係数。0 より大きく 1 以下 (既定: 1)",
            },
          },
          {
            flags: "--without <behaviour>",
            list: true,
            describe: {
              en: "leave this behaviour out (docs/realism.md); may be repeated",
              ja: "この動作を再現しない (docs/realism.md 参照)。複数指定可",
            },
          },
          json,
        ],
        examples: ["lecture05 sandbox start --realism aws --seed 7 --time-scale 0.1"],
        load: async () => (await import("../sandbox/start.ts")).start,
      },
      {
        name: "stop",
        describe: { en: "stop it and its hosts; nothing is lost", ja: "ホストごと停止します (データは残ります)" },
        options: [json],
        load: async () => (await import("../sandbox/stop.ts")).stop,
      },
      {
        name: "status",
        describe: { en: "show daemon and containers", ja: "デーモンとコンテナを表示します" },
        options: [json],
        load: async () => (await import("../sandbox/status.ts")).status,
      },
      {
        name: "env",
        describe: {
          en: "print exports that point any AWS client at it",
          ja: "AWS クライアントを向けるための export 文を出力します",
        },
        options: [json],
        examples: ['eval "$(lecture05 sandbox env)"; aws --endpoint-url "$AWS_ENDPOINT_URL" ec2 describe-instances'],
        load: async () => (await import("../sandbox/env.ts")).env,
      },
      {
        name: "certificate",
        describe: {
          en: "have a certificate issued, for HTTPS with up --certificate",
          ja: "HTTPS (up --certificate) のための証明書を発行します",
        },
        arguments: [
          {
            name: "[domain]",
            describe: { en: "its name (default: lecture05.test)", ja: "名前 (既定: lecture05.test)" },
          },
        ],
        options: [json],
        examples: ["lecture05 sandbox certificate", "lecture05 sandbox certificate www.example.test"],
        load: async () => (await import("../sandbox/certificate.ts")).certificate,
      },
      {
        name: "reset",
        describe: { en: "remove everything of it", ja: "サンドボックスをすべて削除します" },
        options: [
          {
            flags: "--images",
            describe: {
              en: "the base images too; they are built again when needed",
              ja: "ベースイメージも削除 (必要時に再作成)",
            },
          },
          {
            flags: "--cache",
            describe: {
              en: "the packages and gems kept for later hosts, too",
              ja: "後のホストのために保存したパッケージと gem も削除",
            },
          },
          yes,
          json,
        ],
        load: async () => (await import("../sandbox/reset.ts")).reset,
      },
    ],
  },
];
