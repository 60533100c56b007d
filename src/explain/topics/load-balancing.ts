import { otherKinds } from "../../load-balancer-kinds.ts";
import type { Topic } from "../topics.ts";

/** The load balancer. */
export const loadBalancing: readonly Topic[] = [
  {
    name: "load-balancers",
    aliases: ["elb", "nlb", "gwlb", "clb", "load-balancer"],
    title: { en: "ALB, NLB, GWLB, CLB: which one when", ja: "ALB・NLB・GWLB・CLB の使い分け" },
    text: [
      {
        en: "ALB (Application Load Balancer) reads HTTP and HTTPS. It routes by name, path or header, ends TLS, checks the answer of a page, can log people in. For web sites and APIs: the usual choice, and ours.",
        ja: "ALB (Application Load Balancer): HTTP / HTTPS を解釈します。名前・パス・ヘッダーによる振り分け、TLS の終端、ページの応答によるヘルスチェック、ユーザー認証ができます。Web サイトや API には通常これを選びます。このスタックでも使っています。",
      },
      {
        en: "NLB (Network Load Balancer) passes TCP, UDP and TLS on without reading them. It bears millions of connections with hardly any delay, keeps the visitor's address, and has one fixed address per zone, also an Elastic IP. For what is not HTTP (databases, mail, games), for extreme load, and where others must let a fixed address through.",
        ja: "NLB (Network Load Balancer): TCP・UDP・TLS の中身を見ずに中継します。非常に低遅延で数百万の接続に耐え、送信元のアドレスを保持でき、AZ ごとに固定の IP アドレス (Elastic IP も可) を持てます。HTTP 以外の通信、極端に大きな負荷、相手のファイアウォールに固定 IP を登録する必要がある場合に使います。",
      },
      otherKinds.gwlb,
      otherKinds.clb,
      {
        en: "Elastic Load Balancing (ELB) is the name of the service that offers all four.",
        ja: "ELB (Elastic Load Balancing) は、この 4 種類をまとめたサービスの名前です。",
      },
    ],
    settings: [["alb", "Type", "Scheme", "Protocol"]],
  },
  {
    name: "timeouts",
    aliases: ["keepalive", "60", "75", "timeout"],
    title: { en: "Why 60 s and 75 s", ja: "60 秒と 75 秒の理由" },
    text: [
      {
        en: "To open a connection costs time, so the load balancer keeps its connections to Nginx open and uses them again. It closes one that has been idle for 60 s. Nginx closes idle ones, too. If Nginx is the first, this may happen: at the same moment at which Nginx closes, the load balancer sends a request. It meets a closed connection, cannot know whether the request was carried out, and answers 502.",
        ja: "接続を開くには時間がかかるため、ALB は Nginx との接続を開いたまま使い回し、60 秒間使われなければ閉じます。Nginx も、使われていない接続を閉じます。Nginx が先に閉じる設定だと、Nginx が閉じるのと同じ瞬間に ALB がリクエストを送ることがあります。ALB は、そのリクエストが処理されたかどうか分からないため、502 を返します。",
      },
      {
        en: "It happens once in many thousand requests and on no test. The rule: whoever stands further back keeps connections longer. 60 s at the load balancer, 75 s at Nginx and at Puma.",
        ja: "数千〜数万リクエストに 1 回ほどしか起きず、テストでは見つかりません。ルールは「後ろにあるものほど長く維持する」。ALB は 60 秒、Nginx と Puma は 75 秒です。",
      },
    ],
    settings: [
      ["nginx-puma", "keepalive_timeout"],
      ["puma", "persistent_timeout"],
      ["alb", "idle_timeout.timeout_seconds", "deregistration_delay.timeout_seconds"],
    ],
  },
  {
    name: "health-check",
    aliases: ["/up", "health", "host-authorization"],
    title: { en: "The health check, and why /up is exempt", ja: "ヘルスチェックと、/up を除外する理由" },
    text: [
      {
        en: "The load balancer asks every target for /up every few seconds and sends visitors only to those that answer 200. It asks under the target's private address: the Host header is 10.5.1.10 or the like, and not the name that visitors type, and it asks by plain HTTP.",
        ja: "ALB は数秒ごとに各ターゲットの /up を確認し、200 を返したターゲットだけに振り分けます。このときの Host ヘッダーは閲覧者が入力する名前ではなく、ターゲットのプライベート IP アドレス (10.5.1.10 など) で、通信は HTTP です。",
      },
      {
        en: "Rails refuses unknown Hosts (403) and, with force_ssl, redirects to https (301). Both are right for visitors and wrong for the health check, so this one page is exempt from both. It shows nothing that could be abused.",
        ja: "Rails は許可していない Host を 403 で拒否し、force_ssl を有効にすると https に 301 でリダイレクトします。閲覧者に対しては正しい動作ですが、ヘルスチェックは失敗します。そこで /up だけを両方から除外します。このページには悪用できる情報がありません。",
      },
      {
        en: "Two traps. When no target is healthy, an ALB sends requests to all of them (fail-open): the page loads, and everything seems well. And 200 on /up says that Rails has started, not that tables, assets or the bucket are there; the proofs of the steps look at those.",
        ja: "落とし穴が 2 つあります。1 つは、正常なターゲットが 1 つもないと ALB が全ターゲットに転送すること (フェイルオープン)。ページは表示され、正常に見えてしまいます。もう 1 つは、/up の 200 は「Rails が起動した」ことしか示さないことです。テーブル、アセット、バケットは、各ステップの動作確認で調べます。",
      },
    ],
    settings: [
      [
        "alb",
        "HealthCheck*",
        "*ThresholdCount",
        "Matcher.HttpCode",
        "config.*",
        "APP_HOSTS",
        "DefaultActions.TargetGroupArn",
      ],
    ],
  },
  {
    name: "availability",
    aliases: ["redundant", "multi-az", "high-availability"],
    title: {
      en: "What counts as redundancy, and what of it this stack has",
      ja: "冗長化とは何か、このスタックにあるものとないもの",
    },
    text: [
      {
        en: "Redundant is what goes on when any single part fails: a process, an instance, a disk, a zone. It takes three things: at least two of each part, in two zones; somebody who notices and turns away from the dead one; and no data that lies in one part only. A second instance that stands by but must be started by hand is a spare, not redundancy, and a backup is neither.",
        ja: "冗長化とは、プロセス、インスタンス、ディスク、AZ のどれか 1 つが壊れても動き続けることです。必要なものは 3 つあります。各部品が 2 つ以上、2 つの AZ にあること。壊れた部品に気付いて切り離す仕組みがあること。1 か所にしかないデータがないこと。手動で起動する予備機や、バックアップだけでは、冗長化とは言えません。",
      },
      {
        en: "Redundant here: the load balancer (AWS runs it in both zones), S3 (every object lies in at least three zones), the internet gateway.",
        ja: "このスタックで冗長化されているもの: ALB (AWS が両方の AZ で動かしています)、S3 (オブジェクトは 3 つ以上の AZ に保存されます)、インターネットゲートウェイ。",
      },
      {
        en: "Not with the lecture's seven steps: the instance, which is one, in one zone, and with it Nginx and Puma; and the database, a file on its disk. When it fails the site is away, and the records since the last backup are lost.",
        ja: "講義の 7 ステップだけでは冗長化されないもの: インスタンス (1 つの AZ に 1 台だけ。その上の Nginx と Puma も同じ) と、そのディスク上にあるデータベース (SQLite のファイル)。壊れるとサイトは止まり、バックアップ以降のデータは失われます。",
      },
      {
        en: "The way there (`up --hosts 2`): the database onto a server of its own (step database; `--multi-az` for a standby in the other zone), then hosts in both zones that replace each other (step redundancy). Pictures are in S3 and the session is in a cookie already, which are the two things that people forget.",
        ja: "冗長化の手順 (`up --hosts 2`): データベースを専用サーバーに移し (ステップ database。`--multi-az` で別の AZ に待機系)、両方の AZ にホストを置いて自動で置き換えます (ステップ redundancy)。忘れられがちな画像とセッションは、すでに S3 と Cookie に移してあります。",
      },
    ],
    settings: [
      ["ec2", "MaxCount", "public-*", "private-*"],
      ["puma", "DATABASE_PATH"],
      ["alb", "Subnets", "DefaultActions.TargetGroupArn"],
      ["s3", "ACTIVE_STORAGE_SERVICE"],
      ["redundancy", "DesiredCapacity", "VPCZoneIdentifier", "HealthCheckType"],
    ],
  },
];
