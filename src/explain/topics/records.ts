import type { Topic } from "../topics.ts";

/** Where the records are. */
export const records: readonly Topic[] = [
  {
    name: "rds",
    aliases: ["mysql", "--multi-az", "parameter-store"],
    title: { en: "A database beside the hosts", ja: "ホストの外に置くデータベース" },
    text: [
      {
        en: "SQLite is a file on one host: fast, nothing to run, and of no use to a second host. A server that AWS runs (RDS) is reached by all of them under one name, makes its own backups, and is patched by AWS. The price is paid by the hour, and in the way to it: each query crosses the network.",
        ja: "SQLite は 1 台のホスト上のファイルです。速くて管理も不要ですが、2 台目のホストからは使えません。AWS が運用するサーバー (RDS) なら、すべてのホストが同じ名前で接続でき、バックアップやパッチの適用も任せられます。その代わり、時間単位の料金がかかり、クエリはネットワークを経由します。",
      },
      {
        en: "Nobody but the hosts reaches it: it has no public address, lies in subnets without a way out, and its group lets in one port from one group. Its password was made by a program, is kept encrypted in Parameter Store, and is read there by whoever bears the role. Nobody has to know it.",
        ja: "接続できるのはホストだけです。パブリック IP アドレスを持たず、外部への経路がないサブネットにあり、セキュリティグループは 1 つのグループからの 1 つのポートだけを許可します。パスワードはプログラムが生成し、Parameter Store に暗号化して保存し、IAM ロールを持つホストが読み取ります。人が知る必要はありません。",
      },
      {
        en: "The records move once: the application rests, all rows are copied in one transaction, both sides are counted and compared table by table, and only then is it switched over. Whatever goes wrong before that leaves SQLite in use; the file itself is never changed.",
        ja: "レコードの移行は 1 回だけです。アプリケーションを止め、すべての行を 1 つのトランザクションでコピーし、テーブルごとに件数と内容を比較してから切り替えます。途中で失敗しても SQLite のまま動き続け、元のファイルは変更しません。",
      },
    ],
    settings: [
      [
        "database",
        "PubliclyAccessible",
        "DBSubnetGroupName",
        "MasterUserPassword",
        "MultiAZ",
        "BackupRetentionPeriod",
        "database-rule",
        "DATABASE_URL",
      ],
    ],
  },
];
