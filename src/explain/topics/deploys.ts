import { hostsDiffer } from "../../state/releases.ts";
import type { Facts } from "../facts.ts";
import type { Reason } from "../reason.ts";
import type { Topic } from "../topics.ts";

const where = "lecture05 status";

/** From the state: what deploys have come to. */
function releaseReasons({ releases, release }: Facts): Reason[] {
  const { live = release, brought, previous = "none", pending, hosts = [] } = releases ?? {};
  const differ = releases !== undefined && hostsDiffer(releases);
  return [
    {
      where,
      name: "live release",
      value: live,
      why: {
        en: "What visitors get. A release is named after the contents of its files: the same files are the same release, wherever they are packed.",
        ja: "公開中のリリースです。名前はファイルの内容のハッシュ値なので、同じ内容ならどこでまとめても同じリリースになります。",
      },
    },
    {
      where,
      name: "deployed at",
      value: brought ? `${brought.at} (${brought.command})` : "none",
      why: {
        en: "When deploy or rollback brought it, once all hosts had it. Without one it is what came with lecture05 up, which leaves the release alone from the first deploy on.",
        ja: "deploy または rollback が全ホストで完了した日時です。まだ実行していなければ、lecture05 up で導入したものです。最初の deploy のあと、up はリリースを変更しません。",
      },
    },
    {
      where,
      name: "release before",
      value: previous,
      why: {
        en: "What lecture05 rollback brings back, in the same way and with the same checks. It lies on the hosts still, so nothing has to be built for it. What migrations have done stays done.",
        ja: "lecture05 rollback で戻るリリースです。手順も動作確認も deploy と同じです。ホストに残してあるため、ビルドし直す必要はありません。マイグレーションの結果は元に戻りません。",
      },
    },
    {
      where,
      name: "hosts",
      value:
        hosts.length === 0 || !differ
          ? "the same on all"
          : hosts.map((it) => `${it.instanceId} ${it.release}`).join(", "),
      why: {
        en: "Hosts differ only while a deploy is on its way, or after one that was cut short. Visitors then get one or the other, so both have to work with the same tables.",
        ja: "ホストごとにリリースが異なるのは、デプロイの途中か、中断したときだけです。その間は閲覧者によって新旧どちらかのページが返るため、どちらも同じテーブルで動く必要があります。",
      },
    },
    ...(pending
      ? [
          {
            where,
            name: "not complete",
            value: `${pending.command} ${pending.release} ${pending.since}`,
            why: {
              en: "It was cut short, or is at work now. Run the same command again to go on, or the other one of deploy and rollback to go back.",
              ja: "途中で中断したか、実行中です。同じコマンドを実行すると続きから再開し、もう一方 (deploy なら rollback) を実行すると元に戻します。",
            },
          },
        ]
      : []),
  ];
}

/** How another version of the application comes to the hosts. */
export const deploys: readonly Topic[] = [
  {
    name: "deploy",
    aliases: ["rollback", "release", "releases", "capistrano", "rolling"],
    title: { en: "Another version, without an interruption", ja: "止めずに新しいバージョンを公開する" },
    text: [
      {
        en: "Each version lies in a directory of its own, named after its contents, and a symbolic link says which one runs. The new one is made ready beside the one that serves: gems, assets, migrations. To switch is then to turn one link and restart Puma, and going back is the same again, because the directory before is still there.",
        ja: "バージョンごとに、内容のハッシュ値を名前にしたディレクトリを用意し、どれを動かすかはシンボリックリンクで示します。gem のインストール、アセットのプリコンパイル、マイグレーションは、今のバージョンを動かしたまま隣で済ませます。切り替えはリンクの付け替えと Puma の再起動だけで、前のディレクトリが残っているため、同じ手順で戻せます。",
      },
      {
        en: "With several hosts they change one after the other: out of the load balancer until the requests it had are answered, switched, checked, back in, and only then the next one. The first check that fails ends it, and every host gets its old release again. A single host cannot leave, so a second Puma answers for the seconds in which the first restarts.",
        ja: "ホストが複数あれば 1 台ずつ切り替えます。ロードバランサーから外し、処理中のリクエストが終わるのを待ち、切り替えて動作を確認し、戻してから次のホストに進みます。確認に失敗した時点で中止し、すべてのホストを元のリリースに戻します。1 台だけのときは外せないため、再起動の数秒間は 2 つ目の Puma が応答します。",
      },
      {
        en: "For a moment both versions serve, and use the same database. So a migration has to suit both: add a column in one deploy, and drop what nobody reads any more in a later one.",
        ja: "切り替え中は新旧両方のバージョンが同じデータベースを使います。マイグレーションはどちらのバージョンでも動く内容にしてください。カラムの追加は先のデプロイで行い、使わなくなったものの削除は後のデプロイに分けます。",
      },
    ],
    settings: [
      ["puma", "APP_RELEASE", "WorkingDirectory"],
      ["alb", "deregistration_delay.timeout_seconds"],
    ],
    reasons: releaseReasons,
  },
];
