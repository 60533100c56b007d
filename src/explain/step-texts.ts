import type { StepName } from "../steps/names.ts";
import type { LocalizedText } from "../text.ts";

/** What each step is about, in paragraphs. */
export const stepTexts: Readonly<Record<StepName, readonly LocalizedText[]>> = {
  ec2: [
    {
      en: "A network of our own (VPC) and in it an instance that nobody can reach directly. All further work on it is done through AWS Systems Manager (SSM), not SSH.",
      ja: "専用のネットワーク (VPC) を作り、外部から直接は接続できないインスタンスを 1 台起動します。以降の作業はすべて、SSH ではなく AWS Systems Manager (SSM) を通して行います。",
    },
  ],
  puma: [
    {
      en: "Ruby, the gems, the application, its tables and assets, and Puma as a service. Puma alone comes first, so that when something fails later, it is known to work by itself.",
      ja: "Ruby、gem、アプリケーション、テーブル、アセットを用意し、組み込みサーバー (Puma) をサービスとして起動します。まず Puma だけで動くことを確かめておけば、あとで問題が起きたときに原因を絞り込めます。",
    },
  ],
  "puma-socket": [
    {
      en: "The same Puma, reached through a file instead of a port. The proof has two sides: the socket serves, and TCP port 3000 refuses.",
      ja: "同じ Puma に、ポートの代わりにファイル (Unix ドメインソケット) を通して接続します。確認することは 2 つです。ソケットで応答することと、TCP 3000 番が接続を拒否することです。",
    },
  ],
  nginx: [
    {
      en: "Nginx by itself, with its own page. The application is not in the path yet.",
      ja: "Nginx だけを起動し、Nginx 自身のページを表示します。アプリケーションはまだ経路に入りません。",
    },
  ],
  "nginx-puma": [
    {
      en: "Nginx takes the requests on port 80, sends files from public/ by itself and passes everything else to Puma's socket. With Puma stopped it answers 502, which proves that the page really came from Puma.",
      ja: "Nginx が 80 番ポートでリクエストを受け、public/ のファイルは自分で返し、それ以外を Puma のソケットに渡します。Puma を止めると 502 になることを確認し、ページを作っていたのが確かに Puma であることを示します。",
    },
  ],
  alb: [
    {
      en: "A load balancer over two Availability Zones takes the visitors, checks whether the instance is well, and passes requests on to its private address. The instance itself stays closed to everybody else.",
      ja: "2 つの AZ にまたがるロードバランサー (ALB) が閲覧者を受け付け、インスタンスの状態を確認して、プライベート IP アドレスに転送します。インスタンスは ALB 以外からは閉じたままです。",
    },
  ],
  s3: [
    {
      en: "Pictures and logs leave the instance's disk for a private bucket. From then on an instance can be replaced, or have a second one beside it, without a picture being lost.",
      ja: "画像とログを、インスタンスのディスクから非公開のバケットに移します。これで、画像を失わずにインスタンスを入れ替えたり、2 台目を追加したりできるようになります。",
    },
  ],
  "static-site": [
    {
      en: "Two pages in a bucket of their own, shown to everybody as a website without any instance. While the application is worked on, the load balancer sends visitors there: lecture05 maintenance on, and off again.",
      ja: "専用のバケットに置いた 2 つのページを、インスタンスなしの静的ウェブサイトとして公開します。作業中はロードバランサーが訪問者をそこへ転送します (lecture05 maintenance on / off)。",
    },
  ],
  database: [
    {
      en: "The rows leave the instance's disk as well: for a MySQL server that AWS runs, in the private subnets, with a security group of its own. They are copied while the application rests for some seconds, and compared table by table before it is switched over; the SQLite file stays where it is. From then on no host holds anything that another one lacks.",
      ja: "レコードも、インスタンスのディスクから外に出します。移す先は、プライベートサブネットに置く AWS 管理の MySQL (RDS) で、専用のセキュリティグループを付けます。アプリケーションを数秒止めて行をコピーし、テーブルごとに比較してから切り替えます。SQLite のファイルはそのまま残ります。これで、特定のホストだけにあるデータはなくなります。",
    },
  ],
  backup: [
    {
      en: "Redundancy keeps a service going when a part fails; it does not help against a mistake, which is copied to all parts at once. So rows and pictures go once a day to a bucket of their own, which stays when the stack is destroyed. A backup counts when it was opened and compared: lecture05 restore brings it into any stack and holds rows and pictures against it. Beside it the last three states of the host's disk are kept as images (AMIs) with encrypted snapshots: from one of them the host is there again as it was, packages and releases included. They go with the stack.",
      ja: "冗長化は部品の故障に備えるもので、操作ミスには役立ちません。ミスはすべての部品にすぐ伝わるからです。そこで、レコードと画像を 1 日 1 回、専用のバケットに保存します。このバケットはスタックを削除しても残ります。バックアップは、開いて比べて初めて役に立つと言えます。lecture05 restore は任意のスタックに復元し、行と画像の一致を確認します。あわせて、ホストのディスクを最新 3 回分、イメージ (AMI) と暗号化したスナップショットとして残します。パッケージやリリースも含めて、当時のままのホストを起動できます。イメージはスタックとともに削除されます。",
    },
  ],
  redundancy: [
    {
      en: "An image of the host that was proved, and from it as many hosts as wanted, spread over both Availability Zones by an Auto Scaling group. The group replaces what stops or what the load balancer finds ill. It owns all hosts: the first one, built by hand, goes when the others serve.",
      ja: "動作を確認したホストのイメージ (AMI) を作り、Auto Scaling グループがそこから必要な台数を 2 つの AZ に分けて起動します。停止したホストや、ヘルスチェックに失敗したホストは自動で置き換えられます。全ホストをグループが管理するので、手作業で作った最初の 1 台は、新しいホストが応答し始めたら終了します。",
    },
  ],
};
