import type { CommandDefinition } from "../command.ts";
import { instanceProfile, json, making, subnets, target, yes } from "./options.ts";

/** Commands that look into a stack, and what helps when it fails. */
export const lookCommands: readonly CommandDefinition[] = [
  {
    name: "verify",
    describe: { en: "prove the steps that are done once more", ja: "完了したステップをもう一度動作確認します" },
    arguments: [{ name: "[step]", describe: { en: "only this step", ja: "このステップのみ" } }],
    options: [
      {
        flags: "--break",
        describe: {
          en: "also stop one part per step for a moment, show the failure, restore it",
          ja: "各ステップの部品を一時的に止め、想定どおり失敗することを確認して元に戻す",
        },
      },
      {
        flags: "--no-diagnosis",
        describe: {
          en: "say what fails, but not why: to find out by yourself, or to know faster",
          ja: "失敗した項目のみ表示し、原因は調べない (自分で調べるとき、結果を急ぐとき)",
        },
      },
      yes,
      json,
    ],
    examples: [
      "lecture05 verify",
      "lecture05 verify nginx-puma",
      "lecture05 verify --break",
      "lecture05 verify --break alb",
    ],
    load: async () => (await import("../verify.ts")).verify,
  },
  {
    name: "drill",
    describe: {
      en: "fail one part under load, measure what visitors notice, put it back",
      ja: "負荷をかけながら部品を 1 つ故障させ、影響と復旧時間を計測して元に戻します",
    },
    arguments: [
      {
        name: "[what]",
        describe: {
          en: "puma (default), nginx: its processes are killed; host: the instance is stopped; database: it fails over or is stopped; az: a zone is cut off the network",
          ja: "puma (既定)、nginx: プロセスを強制終了。host: インスタンスを停止。database: フェイルオーバーまたは停止。az: AZ をネットワークから遮断",
        },
      },
    ],
    options: [
      {
        flags: "--rate <number>",
        describe: { en: "requests a second (default: 100)", ja: "毎秒のリクエスト数 (既定: 100)" },
      },
      { flags: "--seconds <number>", describe: { en: "how long (default: 60)", ja: "時間・秒 (既定: 60)" } },
      {
        flags: "--instance <id>",
        describe: {
          en: "on this instance, or in its zone (default: the first)",
          ja: "対象のインスタンス、またはその AZ (既定: 最初のもの)",
        },
      },
      yes,
      { flags: "--json", describe: { en: "the figures as one JSON object", ja: "計測結果を JSON で出力" } },
    ],
    progressAside: true,
    examples: [
      "lecture05 drill",
      "lecture05 drill host",
      "lecture05 drill az",
      "lecture05 drill nginx --rate 20 --seconds 30",
    ],
    load: async () => (await import("../drill.ts")).drill,
  },
  {
    name: "diagnose",
    describe: {
      en: "find the one cause when something is wrong; reads only",
      ja: "異常の原因を 1 つ特定し、対処を表示します (変更なし)",
    },
    arguments: [{ name: "[step]", describe: { en: "only as far as this step", ja: "このステップまでの経路のみ" } }],
    options: [
      {
        flags: "--fix",
        describe: {
          en: "apply the fix where that is safe, then look again",
          ja: "安全な場合は対処を適用し、再度診断",
        },
      },
      { flags: "--json", describe: { en: "the verdict as one JSON object", ja: "診断結果を JSON で出力" } },
    ],
    progressAside: true,
    examples: ["lecture05 diagnose", "lecture05 diagnose nginx-puma", "lecture05 diagnose --fix"],
    load: async () => (await import("../diagnose.ts")).diagnose,
  },
  {
    name: "plan",
    describe: { en: "show what `up` would do; reads only", ja: "up で行われる変更を表示します (読み取りのみ)" },
    options: [
      { flags: "--to <step>", describe: { en: "only up to this step", ja: "このステップまで" } },
      ...making,
      json,
    ],
    examples: ["lecture05 plan", "lecture05 plan --target aws"],
    load: async () => (await import("../plan.ts")).plan,
  },
  {
    name: "adopt",
    describe: {
      en: "rebuild a lost or damaged state from what exists; changes nothing",
      ja: "失われた、または壊れた状態ファイルを既存のリソースから再構築します (変更なし)",
    },
    options: [target, subnets, instanceProfile, yes, json],
    examples: ["lecture05 adopt", "lecture05 adopt --stack training --target aws"],
    load: async () => (await import("../adopt.ts")).adopt,
  },
  {
    name: "explain",
    describe: {
      en: "say why each setting is as it is, with this stack's values",
      ja: "設定の理由を、このスタックの値とともに説明します",
    },
    arguments: [
      {
        name: "[name]",
        describe: {
          en: "a step, a topic or a setting; none: list them",
          ja: "ステップ、トピック、設定名 (省略時は一覧)",
        },
      },
    ],
    options: [{ flags: "--json", describe: { en: "as JSON", ja: "JSON で出力" } }],
    examples: ["lecture05 explain", "lecture05 explain alb", "lecture05 explain keepalive_timeout"],
    progressAside: true,
    load: async () => (await import("../explain.ts")).explain,
  },
  {
    name: "exec",
    describe: {
      en: "run a command as root on every host, through SSM",
      ja: "全ホストで SSM 経由の root コマンドを実行します",
    },
    arguments: [
      {
        name: "<command...>",
        describe: {
          en: 'after `--`; a single word is shell text ("ls /var/log | wc -l")',
          ja: '`--` の後に指定。1 語だけならシェルの文字列として実行 ("ls /var/log | wc -l")',
        },
      },
    ],
    options: [
      { flags: "--instance <id>", describe: { en: "only on this instance", ja: "このインスタンスのみ" } },
      {
        flags: "--timeout <seconds>",
        describe: { en: "stop the command after this time (default: 3600)", ja: "実行時間の上限・秒 (既定: 3600)" },
      },
      json,
    ],
    progressAside: true,
    examples: ["lecture05 exec -- systemctl status nginx", "lecture05 exec -- 'tail -n 5 /var/log/nginx/access.log'"],
    load: async () => (await import("../exec.ts")).exec,
  },
  {
    name: "logs",
    describe: {
      en: "show the work log: every AWS call and every remote command",
      ja: "作業ログ (AWS 呼び出しとリモートコマンド) を表示します",
    },
    options: [
      { flags: "--follow", describe: { en: "go on as lines are added", ja: "追記を表示し続ける" } },
      { flags: "--step <step>", describe: { en: "only this step", ja: "このステップのみ" } },
      {
        flags: "--since <time>",
        describe: { en: "only later ones (30m, 6h, 2d or a date)", ja: "この時刻以降のみ (30m、6h、2d、または日時)" },
      },
      {
        flags: "--access",
        describe: {
          en: "instead: requests, as Nginx, Rails, load balancer and bucket logged them (default: of one day)",
          ja: "代わりに Nginx、Rails、ALB、S3 が記録したリクエストのログを表示 (既定: 1 日分)",
        },
      },
      { flags: "--json", describe: { en: "one JSON object a line", ja: "1 行 1 オブジェクトの JSON で出力" } },
    ],
    examples: ["lecture05 logs --step puma", "lecture05 logs --follow", "lecture05 logs --access --since 2h"],
    load: async () => (await import("../logs.ts")).logs,
  },
];
