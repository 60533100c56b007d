import type { CommandDefinition } from "../command.ts";
import { app, bucketOfBackups, json, making, target, yes } from "./options.ts";

/** Commands that make, show and remove a stack. */
export const buildCommands: readonly CommandDefinition[] = [
  {
    name: "up",
    describe: {
      en: "carry out the steps in order, prove each; goes on where it stopped",
      ja: "ステップを順に実行し、1 つずつ動作確認します (中断箇所から再開)",
    },
    options: [
      { flags: "--to <step>", describe: { en: "stop after this step", ja: "このステップまで実行" } },
      {
        flags: "--dry-run",
        describe: { en: "only show what would be done (= plan)", ja: "変更内容の表示のみ (= plan)" },
      },
      {
        flags: "--teach",
        describe: {
          en: "before each step, say why it is done so, and ask",
          ja: "各ステップの前に理由を説明し、確認してから進む",
        },
      },
      {
        flags: "--sequential",
        describe: {
          en: "begin nothing for a later step while hosts are prepared",
          ja: "後のステップの先行作業 (ロードバランサーの作成) をしない",
        },
      },
      {
        flags: "--timings",
        describe: {
          en: "say at the end where the time went",
          ja: "最後に所要時間の内訳を表示",
        },
      },
      ...making,
      yes,
      json,
    ],
    examples: [
      "lecture05 up",
      "lecture05 up --teach",
      "lecture05 up --to nginx",
      "lecture05 up --hosts 2",
      "lecture05 up --load-balancer nlb",
      "lecture05 up --target aws --profile training",
    ],
    load: async () => (await import("../up.ts")).up,
  },
  {
    name: "step",
    describe: {
      en: "carry out one step; its requirements must be done",
      ja: "ステップを 1 つ実行します (前提ステップの完了が必要)",
    },
    arguments: [{ name: "[name]", describe: { en: "the step's name", ja: "ステップ名" } }],
    options: [
      {
        flags: "--show",
        describe: { en: "print the exact remote scripts, run nothing", ja: "実行せずにリモートスクリプトを表示" },
      },
      { flags: "--list", describe: { en: "list the steps", ja: "ステップの一覧" } },
      ...making,
      yes,
      json,
    ],
    examples: ["lecture05 step --list", "lecture05 step nginx --show", "lecture05 step nginx"],
    load: async () => (await import("../step.ts")).step,
  },
  {
    name: "maintenance",
    describe: {
      en: "send visitors to a maintenance page on S3, and back",
      ja: "訪問者を S3 のメンテナンスページへ転送、または解除します",
    },
    arguments: [
      {
        name: "[switch]",
        describe: { en: "on or off; without it, which of them it is", ja: "on または off。省略時は現在の状態を表示" },
      },
    ],
    options: [yes, json],
    examples: ["lecture05 maintenance on", "lecture05 maintenance off"],
    load: async () => (await import("../maintenance.ts")).maintenance,
  },
  {
    name: "backup",
    describe: {
      en: "list the backups of rows and pictures and the images of the host, or make them",
      ja: "データベースと画像のバックアップ、ホストのイメージの一覧表示、または作成",
    },
    arguments: [
      {
        name: "[what]",
        describe: {
          en: "now: take one now (after up --to backup); without it, list them",
          ja: "now: 今すぐ作成 (up --to backup の後)。省略時は一覧を表示",
        },
      },
    ],
    options: [target, bucketOfBackups, json],
    examples: ["lecture05 up --to backup", "lecture05 backup", "lecture05 backup now"],
    progressAside: true,
    load: async () => (await import("../backup.ts")).backup,
  },
  {
    name: "restore",
    describe: {
      en: "bring rows and pictures of a backup into a stack that stands, and compare",
      ja: "バックアップの行と画像を稼働中のスタックに復元し、一致を確認します",
    },
    options: [
      {
        flags: "--from <time>",
        describe: {
          en: "latest (default), a day or a time in UTC: the last backup until then",
          ja: "latest (既定)、日付、または UTC の時刻。その時点までの最後のバックアップ",
        },
      },
      bucketOfBackups,
      yes,
      json,
    ],
    examples: [
      "lecture05 restore",
      "lecture05 restore --from 2026-01-31",
      "lecture05 restore --bucket NAME --stack new",
    ],
    load: async () => (await import("../restore.ts")).restore,
  },
  {
    name: "scale",
    describe: {
      en: "more hosts or fewer, without a gap (after up --hosts 2)",
      ja: "ホストの台数を無停止で変更します (up --hosts 2 の後)",
    },
    arguments: [{ name: "<hosts>", describe: { en: "how many, 1 to 50", ja: "台数 (1〜50)" } }],
    options: [target, yes, json],
    examples: ["lecture05 scale 3", "lecture05 scale 2 --yes --json"],
    load: async () => (await import("../scale.ts")).scale,
  },
  {
    name: "deploy",
    describe: {
      en: "bring another version of the application, host by host, without a gap",
      ja: "アプリケーションの新しいバージョンを 1 台ずつ無停止で反映します",
    },
    options: [app, target, json],
    examples: ["lecture05 deploy --app ../my-app", "lecture05 deploy --app ../my-app --json"],
    load: async () => (await import("../deploy.ts")).deploy,
  },
  {
    name: "rollback",
    describe: {
      en: "bring the version before back, in the same way",
      ja: "1 つ前のバージョンに無停止で戻します",
    },
    options: [target, json],
    examples: ["lecture05 rollback", "lecture05 rollback --json"],
    load: async () => (await import("../deploy.ts")).rollback,
  },
  {
    name: "status",
    describe: {
      en: "show steps, checks, resources and hosts, from the state alone",
      ja: "ステップ・動作確認・リソース・ホストを状態ファイルから表示します",
    },
    options: [
      {
        flags: "--json",
        describe: { en: "as JSON (schema/status.schema.json)", ja: "JSON で出力 (schema/status.schema.json)" },
      },
      { flags: "--live", describe: { en: "ask AWS and show differences", ja: "AWS に問い合わせて差分を表示" } },
      {
        flags: "--web",
        conflictsWith: "live",
        describe: {
          en: "serve it as a live page on this machine, until Ctrl-C",
          ja: "このマシン上のライブページとして表示 (Ctrl-C で終了)",
        },
      },
      {
        flags: "--port <number>",
        describe: { en: "port of the page (default: one that is free)", ja: "ページのポート (既定: 空いているポート)" },
      },
    ],
    examples: ["lecture05 status", "lecture05 status --json | jq -r .url", "lecture05 status --web"],
    progressAside: true,
    load: async () => (await import("../status.ts")).status,
  },
  {
    name: "destroy",
    describe: {
      en: "remove everything, then prove that nothing is left",
      ja: "すべて削除し、何も残っていないことを確認します",
    },
    options: [
      {
        flags: "--expired",
        describe: {
          en: "only when its --ttl is over; quiet otherwise (for cron)",
          ja: "有効期限 (--ttl) を過ぎている場合だけ削除。過ぎていなければ何も表示しない (cron 向け)",
        },
      },
      {
        flags: "--keep-bucket",
        conflictsWith: "deleteData",
        describe: {
          en: "leave the bucket and all that is in it; a later destroy removes it",
          ja: "バケットとその中のデータを残す (後で destroy を実行すると削除)",
        },
      },
      {
        flags: "--final-snapshot <name>",
        describe: {
          en: "before the database goes, make a snapshot of this name; it stays, and costs money",
          ja: "データベースの削除前に、この名前の最終スナップショットを作成 (削除されず、料金がかかります)",
        },
      },
      {
        flags: "--backups <what>",
        describe: {
          en: "keep (default) or delete the backups of step backup; --yes alone keeps them",
          ja: "ステップ backup のバックアップを残す (keep、既定) か削除する (delete)。--yes だけでは残ります",
        },
      },
      {
        flags: "--delete-data",
        describe: {
          en: "delete the bucket also when it holds what the application did not put there; --yes alone does not",
          ja: "アプリケーション以外が保存したデータがあってもバケットを削除 (--yes だけでは削除されません)",
        },
      },
      target,
      yes,
      json,
    ],
    examples: [
      "lecture05 destroy",
      "lecture05 destroy --yes --json",
      "lecture05 destroy --keep-bucket",
      "lecture05 destroy --backups delete",
    ],
    load: async () => (await import("../destroy.ts")).destroy,
  },
];
