import type { Topic } from "../topics.ts";

/** What runs on the instance. */
export const host: readonly Topic[] = [
  {
    name: "debian",
    aliases: ["os", "linux"],
    title: { en: "Why Debian", ja: "Debian を使う理由" },
    text: [
      {
        en: "Debian is maintained for years without surprises, its Ruby, Nginx and libvips come from one place and get security updates together, and its images for EC2 are published by Debian itself. And it runs in a container with systemd as it runs on EC2: what is rehearsed in the sandbox is the same system that is deployed.",
        ja: "Debian は長期間安定して保守され、Ruby、Nginx、libvips が同じ場所から提供されて、セキュリティ更新も一緒に届きます。EC2 用の AMI も Debian 自身が公開しています。また、systemd 付きのコンテナでも EC2 と同じように動くので、sandbox で試したものと同じシステムを AWS に構築できます。",
      },
      {
        en: "Amazon Linux would do as well; it brings the SSM agent along. Only the names of packages, users and directories differ.",
        ja: "Amazon Linux でも構築できます (SSM エージェントも最初から入っています)。違うのはパッケージ、ユーザー、ディレクトリの名前くらいです。",
      },
    ],
    settings: [
      ["ec2", "ImageId", "UserData"],
      ["puma", "packages"],
    ],
  },
  {
    name: "ttl",
    aliases: [
      "expiry",
      "lecture05-expiry",
      "lecture05-end",
      "set-expiry",
      "clear-expiry",
      "putscheduledupdategroupaction",
      "deletescheduledaction",
      "describescheduledactions",
    ],
    title: { en: "How hosts come to their end (--ttl)", ja: "ホストが自動で終了する仕組み (--ttl)" },
    text: [
      {
        en: "What costs most of a forgotten stack are its hosts. With --ttl they end at their time whether or not anybody is there: nothing on somebody's own machine has to run for it.",
        ja: "消し忘れたスタックで最も料金がかかるのはホストです。--ttl を指定すると、時刻になれば誰もいなくても終了します。手元のマシンで何かを動かしておく必要はありません。",
      },
      {
        en: "A single host shuts itself down by a timer, and EC2 terminates it. A group would put another in its place, so there a scheduled action of Auto Scaling sets the group to no hosts. The scripts set-expiry and clear-expiry write and remove the timer. Load balancer, database and buckets stay until lecture05 destroy.",
        ja: "単独のホストはタイマーで自分をシャットダウンし、EC2 がそれを終了します。グループでは代わりが起動してしまうため、Auto Scaling のスケジュールされたアクションで台数を 0 にします。スクリプト set-expiry と clear-expiry がタイマーを設定・削除します。ロードバランサー、データベース、バケットは lecture05 destroy を実行するまで残ります。",
      },
    ],
    settings: [
      ["ec2", "InstanceInitiatedShutdownBehavior.Value", "OnCalendar", "OnBootSec"],
      ["redundancy", "ScheduledActionName", "StartTime"],
    ],
  },
  {
    name: "bundler",
    aliases: ["assets", "gems", "precompile"],
    title: {
      en: "Bundler's deployment mode and precompiled assets",
      ja: "Bundler の deployment モードとアセットのプリコンパイル",
    },
    text: [
      {
        en: "Gemfile says what an application wants, Gemfile.lock what it was tested with. In deployment mode Bundler installs the lock file's gems to the last digit or fails; it never looks for newer ones on the server.",
        ja: "Gemfile は「何を使いたいか」、Gemfile.lock は「どのバージョンで確認したか」を表します。deployment モードの Bundler は、lock ファイルのとおりのバージョンだけをインストールし、一致しなければ失敗します。サーバー上で新しいバージョンを探すことはありません。",
      },
      {
        en: "In development Rails builds style sheets when they are asked for. In production it does not: it looks them up in a manifest that assets:precompile writes, and a page that names a missing one is an error.",
        ja: "開発環境の Rails は、CSS を要求されたときに生成します。本番環境では生成せず、assets:precompile が作る一覧 (マニフェスト) から探します。見つからなければ、そのページはエラーになります。",
      },
    ],
    settings: [["puma", "BUNDLE_DEPLOYMENT", "BUNDLE_PATH", "BUNDLE_WITHOUT", "rails", "gzip"]],
  },
  {
    name: "puma-user",
    aliases: ["hardening", "systemd", "user"],
    title: {
      en: "Puma's own user, and how its unit is hardened",
      ja: "Puma の専用ユーザーと systemd によるセキュリティ強化",
    },
    text: [
      {
        en: "A web application takes input from strangers, so one reckons with it being broken into some day. Then everything depends on what its process may do. As root: everything. As a user of its own with a read-only file system, without capabilities, without new privileges: read its own code, change its own data, and that is all.",
        ja: "Web アプリケーションは見知らぬ人の入力を受け取るので、いつか侵入されることを前提に備えます。そのとき被害の大きさを決めるのは、プロセスに何が許されているかです。root なら何でもできます。専用ユーザーで、ファイルシステムは読み取り専用、ケーパビリティなし、権限の追加も禁止なら、できるのは自分のコードを読み、自分のデータを変更することだけです。",
      },
      {
        en: "systemd does this with a few lines in the unit. systemd-analyze security puma.service tells on the host how much is closed.",
        ja: "systemd では、ユニットに数行書くだけで設定できます。ホスト上で systemd-analyze security puma.service を実行すると、どこまで制限されているかを確認できます。",
      },
    ],
    settings: [
      [
        "puma",
        "user",
        "User",
        "Group",
        "code directories",
        "data directories",
        "NoNewPrivileges",
        "CapabilityBoundingSet",
        "Protect*",
        "ReadWritePaths",
        "Private*",
        "Restrict*",
      ],
    ],
  },
  {
    name: "socket",
    aliases: ["0777", "permissions", "unix-socket"],
    title: {
      en: "Why a socket, and why the group and not 0777",
      ja: "Unix ソケットを使う理由、0777 ではなくグループを使う理由",
    },
    text: [
      {
        en: "A TCP port can be reached by every program on the host, and by others, too, when a bind address or a security group is wrong. A Unix domain socket is a file: it exists on this host only, and the file system's permissions say who may connect.",
        ja: "TCP のポートには、ホスト上のすべてのプログラムが接続できます。待ち受けアドレスやセキュリティグループを間違えると、外からも届きます。Unix ドメインソケットはファイルなので、そのホストにしか存在せず、接続できる相手はファイルシステムの権限で決まります。",
      },
      {
        en: "Puma makes its socket with mode 0777, so the directory around it is what counts: 0750, owned by the application's user and group. Nginx's user joins the group. To open everything with chmod 777 makes the error message go away, and the protection with it.",
        ja: "Puma はソケットを 0777 で作成するため、実際に守っているのはそれを置くディレクトリです。権限は 0750、所有者はアプリケーションのユーザーとグループにし、Nginx のユーザーをそのグループに加えます。chmod 777 で全部開けてしまうと、エラーメッセージと一緒に保護も消えます。",
      },
    ],
    settings: [
      ["puma-socket", "PUMA_BIND", "RuntimeDirectoryMode", "RuntimeDirectory"],
      ["nginx-puma", "group", "server"],
    ],
  },
  {
    name: "reverse-proxy",
    aliases: ["default-site", "proxy"],
    title: { en: "Why Nginx stands in front of Puma", ja: "Puma の前に Nginx を置く理由" },
    text: [
      {
        en: "Puma runs Ruby, a few requests at a time. A visitor on a slow line who takes ten seconds to send a picture would occupy a third of it. Nginx holds thousands of such visitors, hands a request on when it is complete, sends files by itself, limits sizes, and shows an error page while Puma is away.",
        ja: "Puma が同時に処理できるリクエストは数個です。遅い回線で 10 秒かけて画像を送る人がいると、その間、能力の 3 分の 1 がふさがります。Nginx はそうした接続を何千も受け持ち、リクエストが揃ってから Puma に渡します。静的ファイルの配信、サイズの制限、Puma が止まっている間のエラーページの表示も Nginx の役目です。",
      },
      {
        en: "The default site is removed, because it claims the same port and answers in the place of the application.",
        ja: "デフォルトサイトは削除します。同じポートを使い、アプリケーションの代わりに応答してしまうためです。",
      },
    ],
    settings: [["nginx-puma", "try_files", "client_max_body_size", "default site", "proxy_set_header", "error_page"]],
  },
];
