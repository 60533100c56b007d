import type { Why } from "../reason.ts";

// Why a load balancer is set as it is, whatever its kind.

export const drainWhy: Why = {
  en: "A target that is taken out finishes the requests under way before it is left alone. AWS's own 300 s are for downloads and long polls; our pages take less than one.",
  ja: "ターゲットを登録解除するとき、処理中のリクエストが終わるのを待つ時間です (ドレイン)。AWS の初期値の 300 秒は長い通信のためのもので、このアプリケーションのページは 1 秒もかかりません。",
};

const name: Why = {
  en: "The stack's name, so that one recognises it in the console.",
  ja: "スタック名です。コンソールで見分けられます。",
};
const tags: Why = {
  en: "By its tags it is found again and, in the end, deleted.",
  ja: "タグから探し出し、最後に削除できるようにします。",
};
const http: Why = {
  en: "Plain HTTP inside the VPC: the load balancer ends TLS, once there is a certificate.",
  ja: "VPC の中は HTTP で通信します。証明書を用意したら、TLS はロードバランサーで終端します。",
};
const rhythm: Why = {
  en: "Every 5 s, and an answer within 4 s: an ill host is noticed after 10 s, and a well one takes part after 10 s. AWS's own 30 s and five passes would make every start wait for two and a half minutes.",
  ja: "5 秒ごとに確認し、4 秒以内の応答を待ちます。異常は 10 秒ほどで検知され、正常になれば 10 秒ほどで振り分けに加わります。AWS の初期値 (30 秒間隔、5 回成功) では、起動のたびに 2 分半待つことになります。",
};
const count: Why = {
  en: "Two in a row: one failure may be chance, two are not. The same for becoming healthy.",
  ja: "2 回続いたら判定します。1 回の失敗は偶然かもしれませんが、2 回続けば偶然ではありません。正常に戻るときも同じです。",
};

export const targetGroupWhys: Readonly<Record<string, Why>> = {
  Name: name,
  VpcId: {
    en: "A target group belongs to one VPC, and so to its private addresses.",
    ja: "ターゲットグループは 1 つの VPC に属し、その VPC のプライベート IP アドレスで通信します。",
  },
  Port: {
    en: "Nginx's port on the instances.",
    ja: "インスタンス上の Nginx のポートです。",
  },
  Protocol: http,
  ProtocolVersion: http,
  TargetType: {
    en: "Targets are named by instance id. The other kind, ip, is for containers and for what stands outside the VPC.",
    ja: "ターゲットをインスタンス ID で登録します。もう 1 つの ip は、コンテナや VPC の外のサーバーのためのものです。",
  },
  HealthCheckEnabled: {
    en: "Without it a load balancer would go on sending visitors to a dead instance.",
    ja: "ヘルスチェックがないと、止まったインスタンスにも振り分け続けてしまいます。",
  },
  HealthCheckProtocol: http,
  HealthCheckPort: {
    en: "On the way that visitors take: through Nginx to Puma. Puma alone would look healthy while Nginx is down.",
    ja: "閲覧者と同じ経路 (Nginx から Puma) を確認します。Puma だけを確認すると、Nginx が止まっていても正常に見えてしまいます。",
  },
  HealthCheckPath: {
    lesson: true,
    en: "Rails' own health page: it says 200 when the application has started, without touching the database. A page that asks the database would take every instance out at once when the database hiccups.",
    ja: "Rails 標準のヘルスチェック用ページです。アプリケーションが起動していれば、データベースに触れずに 200 を返します。データベースを使うページにすると、データベースの一時的な不調で全インスタンスが同時に切り離されてしまいます。",
  },
  "Matcher.HttpCode": {
    lesson: true,
    en: "200 and nothing else. A wider range such as 200-399 would call a redirect to https healthy, and so hide a mistake.",
    ja: "200 だけを正常とします。200-399 のように広げると、https へのリダイレクト (301) まで正常と判定され、設定ミスに気付けません。",
  },
  HealthCheckIntervalSeconds: rhythm,
  HealthCheckTimeoutSeconds: rhythm,
  HealthyThresholdCount: count,
  UnhealthyThresholdCount: count,
  Tags: tags,
};

export const loadBalancerWhys: Readonly<Record<string, Why>> = {
  Name: name,
  Type: {
    lesson: true,
    en: "An Application Load Balancer, because it understands HTTP: it checks a page, not only a port, routes by path or name, and ends TLS. A Network Load Balancer passes TCP on without reading it, a Gateway Load Balancer sends traffic through firewalls, and the Classic one is of yesterday (see load-balancers).",
    ja: "HTTP を理解する Application Load Balancer (ALB) を使います。ポートだけでなくページの応答を確認でき、パスや名前による振り分けや TLS の終端ができます。NLB は TCP をそのまま中継し、GWLB はファイアウォールなどに通信を通すためのもの、CLB は旧世代です (load-balancers を参照)。",
  },
  Scheme: {
    en: "With public addresses, for visitors from the internet. An internal one would be for other services of ours.",
    ja: "インターネットからの閲覧者のために、パブリック IP アドレスを持たせます。internal は社内のサービス同士で使うものです。",
  },
  IpAddressType: {
    en: "IPv4 alone: the VPC has no IPv6 range.",
    ja: "VPC に IPv6 の範囲がないため、IPv4 だけを使います。",
  },
  Subnets: {
    lesson: true,
    en: "The public subnets of two Availability Zones. AWS puts a part of the load balancer into each, and takes none with fewer than two.",
    ja: "2 つの AZ のパブリックサブネットを指定します。AWS はそれぞれにロードバランサーの一部を配置します。1 つの AZ だけでは作成できません。",
  },
  SecurityGroups: {
    en: "Who may see the page is decided here, in front of everything.",
    ja: "ページを見られる人を、いちばん手前のここで決めます。",
  },
  Tags: tags,
};

export const listenerWhys: Readonly<Record<string, Why>> = {
  LoadBalancerArn: {
    en: "A listener belongs to one load balancer.",
    ja: "リスナーは 1 つのロードバランサーに属します。",
  },
  Protocol: {
    en: "HTTP, as long as there is no certificate. AWS gives certificates for a domain of one's own, not for a load balancer's name.",
    ja: "証明書がないうちは HTTP です。AWS の証明書は独自ドメインに対して発行され、ロードバランサーの DNS 名には発行されません。",
  },
  Port: {
    en: "The port that a browser opens when none is given.",
    ja: "ブラウザがポートを省略したときに接続する番号です。",
  },
  Tags: tags,
};

export const forwardWhys: Readonly<Record<string, Why>> = {
  "DefaultActions.Type": {
    en: "Everything is handed on.",
    ja: "すべてのリクエストを転送します。",
  },
  "DefaultActions.TargetGroupArn": {
    en: "To the healthy targets of this group. When none is healthy an ALB asks all of them (fail-open), so a page that loads does not prove that the targets are well.",
    ja: "このターゲットグループの正常なターゲットに転送します。正常なターゲットが 1 つもないと、ALB は全ターゲットに転送します (フェイルオープン)。ページが表示されても、ターゲットが正常とは限りません。",
  },
};

export const hostWhys: Readonly<Record<string, Why>> = {
  APP_HOSTS: {
    lesson: true,
    en: "Rails answers to the load balancer's name alone. A request with a forged Host header, by which links in mails could be made to lead elsewhere, gets 403; without this line, so does everybody.",
    ja: "Rails が応答する名前をロードバランサーの DNS 名に限定します。偽の Host ヘッダーを使ったリクエスト (メール内のリンク先の書き換えなどに悪用される) は 403 になります。許可する名前を間違えると、正しい閲覧者も 403 (Blocked host) になります。",
  },
};
