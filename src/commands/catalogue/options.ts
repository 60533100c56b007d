import type { OptionDefinition } from "../command.ts";

export const json: OptionDefinition = {
  flags: "--json",
  describe: { en: "one JSON event a line, for programs", ja: "プログラム向けに 1 行 1 イベントの JSON で出力" },
};
export const yes: OptionDefinition = { flags: "--yes", describe: { en: "do not ask", ja: "確認を省略" } };
export const allow: OptionDefinition = {
  flags: "--allow <cidr>",
  list: true,
  describe: {
    en: "IPv4 range that may reach the load balancer (default: your own address); may be repeated",
    ja: "ロードバランサーへのアクセスを許可する IPv4 範囲 (既定: 自分のアドレス)。複数指定可",
  },
};
export const instanceType: OptionDefinition = {
  flags: "--instance-type <type>",
  describe: { en: "EC2 instance type (default: t3.small)", ja: "EC2 インスタンスタイプ (既定: t3.small)" },
};
export const vpc: OptionDefinition = {
  flags: "--vpc <id>",
  describe: {
    en: "existing VPC, with --subnets; never changed or deleted",
    ja: "既存の VPC (--subnets と併用)。変更・削除しません",
  },
};
export const subnets: OptionDefinition = {
  flags: "--subnets <ids>",
  list: true,
  describe: {
    en: "existing public subnets in two zones; may be repeated",
    ja: "既存のパブリックサブネット (2 つの AZ)。複数指定可",
  },
};
export const ttl: OptionDefinition = {
  flags: "--ttl <time>",
  describe: {
    en: "the instances end by themselves after this time (4h, 90m, 2d; none: never)",
    ja: "この時間が過ぎるとインスタンスを自動終了 (4h、90m、2d。none で無期限)",
  },
};
export const instanceProfile: OptionDefinition = {
  flags: "--instance-profile <name>",
  describe: {
    en: "existing instance profile; never changed or deleted",
    ja: "既存のインスタンスプロファイル。変更・削除しません",
  },
};
export const hosts: OptionDefinition = {
  flags: "--hosts <n>",
  describe: {
    en: "two or more hosts in two zones (step redundancy), 50 at most",
    ja: "2 台以上のホストを 2 つの AZ に配置 (ステップ redundancy、最大 50)",
  },
};
export const accessLogs: OptionDefinition = {
  flags: "--access-logs",
  describe: {
    en: "the load balancer and the bucket log their requests into a bucket of their own",
    ja: "ALB と S3 のアクセスログを専用のバケットに保存",
  },
};
export const noAccessLogs: OptionDefinition = {
  flags: "--no-access-logs",
  describe: { en: "switch them off; what they wrote stays", ja: "アクセスログを無効化 (保存済みのログは残る)" },
};
export const databaseClass: OptionDefinition = {
  flags: "--database-class <class>",
  describe: {
    en: "class of step database's instance (default: db.t4g.micro)",
    ja: "ステップ database の RDS インスタンスクラス (既定: db.t4g.micro)",
  },
};
export const multiAz: OptionDefinition = {
  flags: "--multi-az",
  describe: { en: "the database has a standby in the other zone", ja: "データベースのスタンバイを別の AZ に配置" },
};
export const noMultiAz: OptionDefinition = {
  flags: "--no-multi-az",
  describe: { en: "without one", ja: "スタンバイなし" },
};
export const loadBalancer: OptionDefinition = {
  flags: "--load-balancer <kind>",
  describe: {
    en: "alb (default: reads HTTP) or nlb (fixed addresses, hands bytes on)",
    ja: "alb (既定: HTTP を解釈) または nlb (固定 IP、中身を見ずに中継)",
  },
};
export const certificate: OptionDefinition = {
  flags: "--certificate <arn>",
  describe: {
    en: "ACM certificate for HTTPS; 80 then redirects to 443 (none: plain HTTP again)",
    ja: "HTTPS に使う ACM 証明書。80 番は 443 番へ転送 (none で HTTP に戻す)",
  },
};
export const app: OptionDefinition = {
  flags: "--app <dir>",
  describe: {
    en: "Rails application to deploy (default: the one that comes along)",
    ja: "デプロイする Rails アプリケーション (既定: 付属のサンプル)",
  },
};
export const target: OptionDefinition = {
  flags: "--target <target>",
  describe: {
    en: "sandbox (default: your own machine, free) or aws",
    ja: "sandbox (既定: 自分のマシン、無料) または aws",
  },
};
export const bucketOfBackups: OptionDefinition = {
  flags: "--bucket <name>",
  describe: {
    en: "bucket of the backups (default: this stack's own)",
    ja: "バックアップのバケット (既定: このスタックのもの)",
  },
};
export const noRedact: OptionDefinition = {
  flags: "--no-redact",
  describe: {
    en: "leave account ids and addresses readable (asks first; secrets stay out)",
    ja: "アカウント ID やアドレスを伏せない (確認あり。秘密情報は常に伏せる)",
  },
};
export const making = [
  target,
  allow,
  instanceType,
  vpc,
  subnets,
  instanceProfile,
  hosts,
  loadBalancer,
  certificate,
  accessLogs,
  noAccessLogs,
  databaseClass,
  multiAz,
  noMultiAz,
  ttl,
  app,
] as const;
