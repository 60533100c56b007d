import {
  deregistrationDelay,
  listenerRequest,
  loadBalancerRequest,
  targetGroupRequest,
} from "../../aws/load-balancing/requests.ts";
import { allowHost } from "../../remote/allow-host.ts";
import { nginxAccessLog } from "../../remote/paths.ts";
import { wantedListeners } from "../../steps/alb/listeners.ts";
import { deregistrationDelaySeconds, healthCheck, port } from "../../steps/alb/settings.ts";
import type { Facts } from "../facts.ts";
import { reasonForAbsence, reasonsFor, type Reason, type Why } from "../reason.ts";
import { environmentSources, requestSource, rubySource } from "../sources.ts";

/** Target group, load balancer, listener, and what Rails has to know of them. */
export function albReasons(facts: Facts): Reason[] {
  const { stack, idOf } = facts;
  const identity = { stack, step: "alb", name: "load-balancer" } as const;
  const vpcId = idOf("ec2:vpc", "vpc");
  const loadBalancer = loadBalancerRequest(identity, {
    name: stack,
    subnetIds: [idOf("ec2:subnet", "public-a"), idOf("ec2:subnet", "public-c")],
    groupIds: [idOf("ec2:security-group", "load-balancer")],
  });
  const { certificateArn } = facts.settings;
  const listeners = wantedListeners(idOf("elbv2:target-group", "hosts"), certificateArn).map(({ settings }) => ({
    settings,
    request: listenerRequest(identity, idOf("elbv2:load-balancer", "load-balancer"), settings),
  }));
  const names = certificateArn === undefined ? undefined : (facts.certificateNames ?? ["CERTIFICATE-NAME"]);
  const delay = deregistrationDelay(deregistrationDelaySeconds);
  return [
    { where: nginxAccessLog, name: "remote_addr", value: facts.loadBalancerAddresses, why: privateAddress },
    ...reasonsFor(
      requestSource("elbv2 CreateTargetGroup", targetGroupRequest(identity, { name: stack, vpcId, port, healthCheck })),
      targetGroupWhys,
    ),
    ...reasonsFor(
      { where: "elbv2 ModifyTargetGroupAttributes", settings: [{ name: delay.Key, value: delay.Value }] },
      {
        "deregistration_delay.timeout_seconds": {
          en: "A target that is taken out finishes the requests under way before it is left alone. AWS's own 300 s are for downloads and long polls; our pages take less than one.",
          ja: "ターゲットを登録解除するとき、処理中のリクエストが終わるのを待つ時間です (ドレイン)。AWS の初期値の 300 秒は長い通信のためのもので、このアプリケーションのページは 1 秒もかかりません。",
        },
      },
    ),
    ...reasonsFor(requestSource("elbv2 CreateLoadBalancer", loadBalancer), loadBalancerWhys),
    reasonForAbsence("elbv2 CreateLoadBalancer", "idle_timeout.timeout_seconds", "Attributes" in loadBalancer, {
      en: "Left at AWS's default of 60 s. What stands behind must keep idle connections longer: keepalive_timeout in Nginx.",
      ja: "AWS の初期値 (60 秒) のままです。後ろにあるサーバーは、アイドル接続をこれより長く維持する必要があります (Nginx の keepalive_timeout)。",
    }),
    ...listeners.flatMap(({ settings, request }) => {
      const where = listeners.length > 1 ? `elbv2 CreateListener (${settings.port})` : "elbv2 CreateListener";
      return reasonsFor(requestSource(where, request), {
        ...listenerWhys,
        ...("redirect" in settings ? redirectWhys : forwardWhys),
        ...(settings.protocol === "HTTPS" ? httpsWhys : {}),
      });
    }),
    ...environmentSources(allowHost(facts.loadBalancerName, names).text).flatMap((source) =>
      reasonsFor(source, names ? { ...hostWhys, ...secureHostWhys } : hostWhys),
    ),
    ...railsReasons(facts),
  ];
}

const privateAddress: Why = {
  lesson: true,
  en: "Nginx is asked from a private address of the load balancer: the traffic between the two stays inside the VPC. Instances are registered by their id, so the load balancer uses their private addresses by itself; an Elastic IP has no part in it.",
  ja: "Nginx への接続元は ALB のプライベート IP アドレスで、両者の通信は VPC の中で完結します。ターゲットをインスタンス ID で登録すると、ALB は自動的にプライベート IP アドレスで接続します。Elastic IP は関係しません。",
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

const targetGroupWhys: Readonly<Record<string, Why>> = {
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

const loadBalancerWhys: Readonly<Record<string, Why>> = {
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

const listenerWhys: Readonly<Record<string, Why>> = {
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

const forwardWhys: Readonly<Record<string, Why>> = {
  "DefaultActions.Type": {
    en: "Everything is handed on.",
    ja: "すべてのリクエストを転送します。",
  },
  "DefaultActions.TargetGroupArn": {
    en: "To the healthy targets of this group. When none is healthy an ALB asks all of them (fail-open), so a page that loads does not prove that the targets are well.",
    ja: "このターゲットグループの正常なターゲットに転送します。正常なターゲットが 1 つもないと、ALB は全ターゲットに転送します (フェイルオープン)。ページが表示されても、ターゲットが正常とは限りません。",
  },
};

const redirectWhys: Readonly<Record<string, Why>> = {
  Protocol: {
    en: "HTTP stays, because browsers try it when somebody types a name alone.",
    ja: "HTTP も残します。名前だけを入力すると、ブラウザが最初に HTTP で接続することがあるためです。",
  },
  "DefaultActions.Type": {
    lesson: true,
    en: "Nobody is served by plain HTTP: everybody is sent to the same page by https.",
    ja: "HTTP ではページを返さず、同じページの https へリダイレクトします。",
  },
  "DefaultActions.RedirectConfig.Protocol": {
    en: "Host, path and query are not named, so they stay as they were asked for.",
    ja: "ホスト名、パス、クエリは指定しないので、元の URL のまま引き継がれます。",
  },
  "DefaultActions.RedirectConfig.Port": {
    en: "The port of the other listener.",
    ja: "もう一方のリスナーのポートです。",
  },
  "DefaultActions.RedirectConfig.StatusCode": {
    en: "For good (301), so that browsers remember it.",
    ja: "恒久的な転送 (301) です。ブラウザはこれを記憶します。",
  },
};

const httpsWhys: Readonly<Record<string, Why>> = {
  Protocol: {
    lesson: true,
    en: "The load balancer ends TLS: it alone has the key, and the instances have nothing to do with certificates.",
    ja: "TLS はロードバランサーで終端します。秘密鍵を持つのはロードバランサーだけで、インスタンスは証明書に関わりません。",
  },
  Port: {
    en: "The port of https.",
    ja: "https のポートです。",
  },
  "Certificates.CertificateArn": {
    en: "Somebody else's: it is read, and never changed or deleted. ACM renews those that it issued by itself.",
    ja: "既存の証明書を参照するだけで、変更も削除もしません。ACM が発行した証明書は自動的に更新されます。",
  },
  SslPolicy: {
    lesson: true,
    en: "TLS 1.2 and 1.3 with forward secrecy only, as AWS recommends. Over the API the default is still a policy of 2016 with TLS 1.0.",
    ja: "AWS が推奨する、前方秘匿性のある TLS 1.2 と 1.3 だけのポリシーです。API の既定値は、TLS 1.0 も許可する 2016 年のポリシーのままです。",
  },
};

const hostWhys: Readonly<Record<string, Why>> = {
  APP_HOSTS: {
    lesson: true,
    en: "Rails answers to the load balancer's name alone. A request with a forged Host header, by which links in mails could be made to lead elsewhere, gets 403; without this line, so does everybody.",
    ja: "Rails が応答する名前をロードバランサーの DNS 名に限定します。偽の Host ヘッダーを使ったリクエスト (メール内のリンク先の書き換えなどに悪用される) は 403 になります。許可する名前を間違えると、正しい閲覧者も 403 (Blocked host) になります。",
  },
};

const secureHostWhys: Readonly<Record<string, Why>> = {
  FORCE_SSL: {
    lesson: true,
    en: "With a certificate Rails sends visitors to https, marks its cookies secure and sends HSTS. How a visitor came it knows from X-Forwarded-Proto, which the load balancer sets and Nginx hands on.",
    ja: "証明書があるので、Rails は https へリダイレクトし、Cookie に secure を付け、HSTS を返します。どちらで接続されたかは、ロードバランサーが付けて Nginx が引き継ぐ X-Forwarded-Proto で判断します。",
  },
};

/** What the application says about the load balancer; somebody's own may say it otherwise. */
function railsReasons({ appFile }: Facts): Reason[] {
  const text = appFile("config/environments/production.rb");
  if (text === undefined) return [];
  const { where, settings } = rubySource("config/environments/production.rb", text);
  return settings.flatMap((setting) => {
    const why = railsWhys[setting.name];
    return why ? [{ ...setting, where, why }] : [];
  });
}

const railsWhys: Readonly<Record<string, Why>> = {
  health_check: {
    en: "The one page that is exempt from the rules below.",
    ja: "以下のルールから除外する、ただ 1 つのページです。",
  },
  "config.hosts": {
    en: "From APP_HOSTS: the code does not know where it will run.",
    ja: "APP_HOSTS から設定します。コードは、どこで動くのかを知りません。",
  },
  "config.host_authorization": {
    lesson: true,
    en: "/up is exempt from host authorization, because the load balancer's health check sends the instance's private address as its Host. Without the exemption it gets 403, and the target is unhealthy though the site works.",
    ja: "/up はホストの検査から除外します。ALB のヘルスチェックは、Host ヘッダーにインスタンスのプライベート IP アドレスを入れてくるためです。除外しないと 403 になり、サイトは動いているのにターゲットが異常と判定されます。",
  },
  "config.force_ssl": {
    en: "Off until there is a certificate: a redirect to https would lead to a port on which nobody listens.",
    ja: "証明書を用意するまでは無効です。有効にすると、誰も待ち受けていない https のポートへリダイレクトしてしまいます。",
  },
  "config.ssl_options": {
    lesson: true,
    en: "/up is exempt from the redirect to https as well: the health check comes by plain HTTP, and a 301 is no proof that the application works.",
    ja: "/up は https へのリダイレクトからも除外します。ヘルスチェックは HTTP で届き、301 が返っても、アプリケーションが動いている証拠にはなりません。",
  },
};
