import type { Why } from "../reason.ts";

const confined: Why = {
  en: "A program that reads logs and writes to S3 needs no more than that.",
  ja: "ログを読んで S3 に送るだけのプログラムなので、それ以外のことはできないようにします。",
};
const ownUser: Why = {
  en: "The application's user, which holds no rights beyond its own files.",
  ja: "アプリケーションのユーザーで動かします。自分のファイル以外の権限はありません。",
};

/** The service that ships logs, line by line. */
export const shipLogsWhys: Readonly<Record<string, Why>> = {
  Description: {
    en: "What `systemctl status` calls it.",
    ja: "systemctl status などに表示される名前です。",
  },
  After: {
    en: "Not before the network is up.",
    ja: "ネットワークが使えるようになってから動きます。",
  },
  Type: {
    en: "Runs to its end and is done; the timer starts it again.",
    ja: "1 回実行して終了します。次の実行はタイマーが起動します。",
  },
  User: ownUser,
  Group: ownUser,
  SupplementaryGroups: {
    en: "The groups that may read Nginx's logs and the journal, instead of root's rights.",
    ja: "root 権限の代わりに、Nginx のログとジャーナルを読めるグループに加えます。",
  },
  EnvironmentFile: {
    en: "The same settings as Puma's: bucket and region. Keys come from the role.",
    ja: "Puma と同じ設定 (バケットとリージョン) を使います。認証情報は IAM ロールから取得します。",
  },
  ExecStart: {
    en: "A small program of ours that calls the application's own.",
    ja: "アプリケーションの送信プログラムを呼び出す、小さなスクリプトです。",
  },
  TimeoutStartSec: {
    en: "Ends before the next run is due.",
    ja: "次の実行時刻より前に打ち切ります。",
  },
  NoNewPrivileges: confined,
  ProtectSystem: confined,
  ProtectHome: confined,
  PrivateTmp: confined,
  ReadWritePaths: {
    en: "Where it remembers how far it got.",
    ja: "どこまで送ったかを記録する場所です。",
  },
};
