import { databaseRequest } from "../../aws/databases.ts";
import { moveDatabase } from "../../remote/move-database.ts";
import { databaseIdFor, databaseName, passwordNameFor, userName } from "../../steps/database/names.ts";
import { ruleKey } from "../../steps/ec2/layout.ts";
import { fromHosts } from "../../steps/database/ensure.ts";
import { hostParametersPolicy } from "../../steps/database/policies.ts";
import { wantedSettings } from "../../steps/database/settings.ts";
import type { Facts } from "../facts.ts";
import { reasonsFor, type Reason, type Why } from "../reason.ts";
import { environmentSources, requestSource } from "../sources.ts";

/** The database on AWS, who reaches it, who knows its password, and what the application is told. */
export function databaseReasons(facts: Facts): Reason[] {
  const { stack, region } = facts;
  const id = databaseIdFor(facts);
  const request = databaseRequest({ stack, step: "database", name: "database" }, id, {
    subnetGroupName: id,
    groupIds: ["database"],
    ...wantedSettings(facts),
    databaseName,
    userName,
    password: "(generated)",
  });
  const address = { address: "DATABASE-ENDPOINT", port: 3306, userName, databaseName, region };
  const script = moveDatabase({ ...address, passwordName: passwordNameFor(facts) });
  return [
    ...reasonsFor(requestSource("rds CreateDBInstance", request), requestWhys),
    {
      name: "database-rule",
      value: ruleKey(fromHosts(facts.idOf("ec2:security-group", "host"))),
      where: "ec2 AuthorizeSecurityGroupIngress",
      why: onlyHosts,
    },
    ...reasonsFor(requestSource("iam PutRolePolicy", hostParametersPolicy(facts)), policyWhys),
    ...environmentSources(script.text).flatMap((source) => reasonsFor(source, environmentWhys)),
  ];
}

const named: Why = {
  en: "RDS knows a database by a name of our own, so a repeated call cannot make a second one.",
  ja: "RDS では自分で付けた名前で識別されるため、同じ呼び出しを繰り返しても 2 つ目は作成されません。",
};
const mysql: Why = {
  en: "MySQL 8.4 is the version with long-term support; RDS takes the newest minor version of it and applies later ones in the maintenance window.",
  ja: "MySQL 8.4 は長期サポート版です。マイナーバージョンは最新が選ばれ、以降はメンテナンスウィンドウで更新されます。",
};
const storage: Why = {
  en: "20 GiB is the least that RDS gives with gp3, and its 3,000 operations a second come with it.",
  ja: "gp3 で作成できる最小の容量です。毎秒 3,000 回の I/O 性能が含まれます。",
};
const login: Why = {
  en: "One user who owns the one database: the application and nobody else uses it.",
  ja: "1 つのデータベースに 1 人のユーザーだけを用意します。使うのはアプリケーションだけです。",
};

const requestWhys: Readonly<Record<string, Why>> = {
  DBInstanceIdentifier: named,
  Engine: mysql,
  EngineVersion: mysql,
  AutoMinorVersionUpgrade: mysql,
  DBInstanceClass: {
    en: "The smallest class; the rows of this application fit into its memory many times over.",
    ja: "最小のクラスです。このアプリケーションのデータなら、メモリに十分収まります。",
  },
  AllocatedStorage: storage,
  StorageType: storage,
  StorageEncrypted: {
    en: "The disk, its backups and its snapshots are encrypted. It costs nothing, and cannot be switched on later.",
    ja: "ディスク、バックアップ、スナップショットを暗号化します。無料ですが、あとから有効にすることはできません。",
  },
  DBName: login,
  MasterUsername: login,
  MasterUserPassword: {
    lesson: true,
    en: "The password is generated and kept in Parameter Store as a SecureString; the hosts read it there with their role. It stands in no command, no file of this tool and no log.",
    ja: "パスワードは自動生成し、Parameter Store に SecureString として保存します。ホストは自分の IAM ロールで直接読み取ります。コマンド、このツールのファイル、ログのどれにも残りません。",
  },
  DBSubnetGroupName: {
    lesson: true,
    en: "A subnet group tells RDS where a database may stand: the private subnets of both zones, from which no route leads to the internet.",
    ja: "サブネットグループで、データベースを置く場所を指定します。インターネットへのルートがない、2 つの AZ のプライベートサブネットです。",
  },
  VpcSecurityGroupIds: {
    en: "A security group of its own: whoever may reach the hosts may not reach the database for that.",
    ja: "データベース専用のセキュリティグループです。ホストに接続できるからといって、データベースに接続できることにはなりません。",
  },
  PubliclyAccessible: {
    lesson: true,
    en: "No public address: its name leads to a private one, which only the VPC reaches.",
    ja: "パブリック IP アドレスを付けません。エンドポイントの名前は、VPC 内からしか届かないプライベートアドレスになります。",
  },
  MultiAZ: {
    lesson: true,
    en: "With --multi-az a standby in the other zone has every committed row, and takes over under the same name within a minute or two. It costs twice as much and answers no queries meanwhile.",
    ja: "--multi-az を付けると、別の AZ にスタンバイが置かれ、確定した行がすべて同期されます。障害時は同じ名前のまま 1～2 分で切り替わります。料金は 2 倍で、待機中のスタンバイは参照できません。",
  },
  BackupRetentionPeriod: {
    en: "A week in which the database can be brought back to any second.",
    ja: "7 日以内の任意の時点 (秒単位) に復元できます。",
  },
  DeletionProtection: {
    en: "Off, because destroy has to remove it; it asks before, and makes a last snapshot with --final-snapshot.",
    ja: "destroy で削除できるように無効にします。削除前に確認し、--final-snapshot で最終スナップショットを作成できます。",
  },
  CopyTagsToSnapshot: {
    en: "A snapshot that was kept on purpose does not bear the stack's tag, so it does not look like something that was left.",
    ja: "意図して残したスナップショットが「消し忘れ」に見えないように、スタックのタグを付けません。",
  },
  Tags: {
    en: "By its tags it is found again and, in the end, deleted.",
    ja: "タグから探し出し、最後に削除できるようにします。",
  },
};

const onlyHosts: Why = {
  lesson: true,
  en: "MySQL's port, and only from members of the hosts' group: not an address, so a second host is let in without another rule.",
  ja: "MySQL のポートを、ホストのセキュリティグループからだけ許可します。IP アドレスではなくグループで指定するので、2 台目のホストにルールの追加は不要です。",
};

const ownSecrets: Why = {
  en: "Least privilege: the hosts read the secrets below this stack's own path, and write none.",
  ja: "最小権限の原則です。ホストに許可するのは、このスタックのパスにあるシークレットの読み取りだけです。",
};
const policyWhys: Readonly<Record<string, Why>> = {
  Version: {
    en: "The version of the policy language, not a date to change.",
    ja: "ポリシー言語のバージョンです。日付のように見えますが、変更するものではありません。",
  },
  "Statement.Sid": ownSecrets,
  "Statement.Effect": ownSecrets,
  "Statement.Action": ownSecrets,
  "Statement.Resource": ownSecrets,
};

const environmentWhys: Readonly<Record<string, Why>> = {
  BUNDLE_WITH: {
    en: "The gem that speaks MySQL is in an optional group of the Gemfile: a stack on SQLite does not compile it.",
    ja: "MySQL に接続する gem は Gemfile の任意グループにあります。SQLite のスタックではインストールしません。",
  },
  DATABASE_URL: {
    lesson: true,
    en: "Rails takes its database from this variable before config/database.yml: this line is the whole switch from SQLite. The connection is encrypted (ssl_mode).",
    ja: "Rails は config/database.yml より優先してこの変数を使います。SQLite からの切り替えはこの 1 行だけです。接続は暗号化します (ssl_mode)。",
  },
};
