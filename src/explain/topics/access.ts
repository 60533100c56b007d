import type { Topic } from "../topics.ts";

/** Who reaches what, and by which right. */
export const access: readonly Topic[] = [
  {
    name: "private-addresses",
    aliases: ["elastic-ip", "eip", "private-ip", "private"],
    title: {
      en: "Private addresses between load balancer and instance, never an Elastic IP",
      ja: "ALB とインスタンスはプライベート IP アドレスで通信する (Elastic IP は使わない)",
    },
    text: [
      {
        en: "Every instance has a private address in its subnet. It stays the same for as long as the instance lives, it cannot be reached from the internet, and traffic between two private addresses of a VPC never leaves the VPC. This is what a load balancer uses.",
        ja: "インスタンスには必ず、サブネットの範囲のプライベート IP アドレスが付きます。このアドレスはインスタンスが存在する間は変わらず、インターネットからは届きません。VPC の中のプライベート IP アドレス同士の通信は、VPC の外に出ません。ロードバランサーが使うのはこのアドレスです。",
      },
      {
        en: "An Elastic IP is a public address that one keeps. It is for a server that must be found under the same address by others, for example because they let it through their firewall. Visitors do not need it here: they open the load balancer's name. The load balancer must not use it either: the traffic would go out through the internet gateway and come back, arrive from a public address that no security group can recognise as the load balancer, be charged as data transfer, and the instance would have to be open to the internet.",
        ja: "Elastic IP は、固定して持ち続けられるパブリック IP アドレスです。相手のファイアウォールに許可してもらう場合など、いつも同じアドレスで見つけてもらう必要があるサーバーのためのものです。ここでは閲覧者は ALB の DNS 名を開くので必要ありません。ALB から Elastic IP あてに接続するのも誤りです。通信がインターネットゲートウェイを経由して戻ってくるため、セキュリティグループで ALB と見分けられず、データ転送料がかかり、インスタンスをインターネットに公開することになります。",
      },
      {
        en: "The proof is in Nginx's log: the address that asks is a private one of the load balancer's.",
        ja: "証拠は Nginx のログにあります。接続元が ALB のプライベート IP アドレスになっていることを、ステップ alb で確認します。",
      },
    ],
    settings: [
      ["ec2", "CidrBlock", "Elastic IP", "security group host", "NetworkInterfaces.AssociatePublicIpAddress"],
      ["alb", "remote_addr", "TargetType"],
    ],
  },
  {
    name: "availability-zones",
    aliases: ["az", "zones"],
    title: { en: "Why two Availability Zones", ja: "アベイラビリティーゾーン (AZ) を 2 つ使う理由" },
    text: [
      {
        en: "A region, such as Tokyo, has several Availability Zones: groups of data centres, some kilometres apart, with power and network of their own. A subnet lies in exactly one zone. What stands in two zones goes on when one of them fails.",
        ja: "東京などのリージョンには、複数の AZ があります。AZ は、電源やネットワークが独立し、数 km から数十 km 離れたデータセンターの集まりです。サブネットは必ず 1 つの AZ に属します。2 つの AZ にまたがって配置したものは、片方に障害が起きても動き続けます。",
      },
      {
        en: "A load balancer demands two. The instance in this stack stands in the first one only, so the load balancer is redundant and the application is not yet.",
        ja: "ALB には 2 つの AZ が必要です。このスタックのインスタンスは 1 つ目の AZ にしかないため、冗長化されているのはまだ ALB だけです。",
      },
    ],
    settings: [
      ["ec2", "public-*", "private-*"],
      ["alb", "Subnets"],
    ],
  },
  {
    name: "ssm",
    aliases: ["ssh", "key-pair", "session-manager"],
    title: { en: "What SSM is, and why there is no SSH", ja: "SSM とは何か、SSH を使わない理由" },
    text: [
      {
        en: "AWS Systems Manager (SSM) runs commands on instances. An agent on the instance asks AWS over HTTPS whether there is work, runs it as root and reports output and exit code. The connection goes outwards, so no port is open and no rule lets anybody in.",
        ja: "AWS Systems Manager (SSM) は、インスタンス上でコマンドを実行するサービスです。インスタンス上のエージェントが HTTPS で AWS に問い合わせ、届いたコマンドを root で実行し、出力と終了コードを報告します。通信は内側から外側に向かうので、開いているポートもインバウンドルールも必要ありません。",
      },
      {
        en: "With SSH there would be a port, a key pair for each person, and the question who still has a copy. With SSM the right to enter is an IAM permission that can be taken away, and each command is in the log: lecture05 logs shows them.",
        ja: "SSH の場合は、開いたポート、人数分の鍵、そして「誰がまだ鍵を持っているのか」という問題が残ります。SSM では接続する権利が IAM の権限なのでいつでも取り消せ、実行したコマンドはすべて記録されます (lecture05 logs で確認できます)。",
      },
      {
        en: "Three things must be there: the agent, a role that allows it (AmazonSSMManagedInstanceCore), and a way to the internet. When one is missing the instance runs but never appears in SSM.",
        ja: "必要なものは 3 つです。エージェント、それを許可する IAM ロール (AmazonSSMManagedInstanceCore)、インターネットへの経路。1 つでも欠けると、インスタンスは起動しているのに SSM に表示されません。",
      },
    ],
    settings: [["ec2", "UserData", "KeyName", "port 22", "PolicyArn", "DestinationCidrBlock"]],
  },
  {
    name: "imdsv2",
    aliases: ["imds", "metadata"],
    title: { en: "Why the metadata service wants a token (IMDSv2)", ja: "メタデータサービスに IMDSv2 を使う理由" },
    text: [
      {
        en: "169.254.169.254 is an address that each instance can ask about itself: its id, its zone, and the keys of its role. Under the first version one GET was enough, and so any flaw that makes an application fetch an address of the attacker's choice handed out the role's keys. It has happened, with a hundred million customers' records.",
        ja: "169.254.169.254 は、インスタンスが自分自身の情報 (ID、AZ、IAM ロールの認証情報) を問い合わせるためのアドレスです。以前のバージョン (IMDSv1) では GET 1 回で取得できたため、アプリケーションに任意の URL を開かせる攻撃 (SSRF) でロールの認証情報が盗まれました。1 億人分の顧客情報が流出した事件もあります。",
      },
      {
        en: "The second version wants a token first, by a PUT with a header, which such flaws cannot send, and gives it only to whoever is near enough.",
        ja: "IMDSv2 では、先に特別なヘッダー付きの PUT でトークンを取得する必要があります。SSRF ではこのようなリクエストを送れません。さらにトークンは、ホップ数の制限によりインスタンスの外には届きません。",
      },
    ],
    settings: [["ec2", "MetadataOptions.*", "IamInstanceProfile.Name"]],
  },
  {
    name: "least-privilege",
    aliases: ["iam", "role", "roles"],
    title: { en: "Roles and least privilege", ja: "IAM ロールと最小権限の原則" },
    text: [
      {
        en: "A program on an instance needs rights. An access key in a file is valid until somebody deletes it, and it travels: into images, backups, repositories. A role gives keys that end by themselves after some hours, and lies in no file.",
        ja: "インスタンス上のプログラムには権限が必要です。アクセスキーをファイルに置くと、誰かが削除するまで有効なまま、イメージやバックアップ、リポジトリに紛れ込みます。IAM ロールなら、認証情報は数時間で失効し、ファイルにも残りません。",
      },
      {
        en: "What the role may do is as little as works: SSM from the beginning, and from step s3 on reading, writing and deleting objects in one bucket. The question to ask of each right is what somebody could do with it who has broken into the application.",
        ja: "ロールに与える権限は、動作に必要な最小限にします。最初は SSM だけ、ステップ s3 からは 1 つのバケットのオブジェクトの読み取り・書き込み・削除だけです。権限を追加するときは、「アプリケーションに侵入した人がこの権限で何をできるか」を考えます。",
      },
    ],
    settings: [
      ["ec2", "IamInstanceProfile.Name", "AssumeRolePolicyDocument.Statement.Principal.Service", "PolicyArn"],
      ["s3", "Statement.Action", "Statement.Resource"],
    ],
  },
];
