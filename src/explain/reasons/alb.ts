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
import { environmentSources, requestSource } from "../sources.ts";
import {
  drainWhy,
  forwardWhys,
  hostWhys,
  listenerWhys,
  loadBalancerWhys,
  targetGroupWhys,
} from "./load-balancer-whys.ts";
import { nlbReasons } from "./nlb.ts";
import { railsReasons } from "./rails-host.ts";

/** Target group, load balancer, listener, and what Rails has to know of them. */
export function albReasons(facts: Facts): Reason[] {
  if (facts.settings.loadBalancer === "nlb") return nlbReasons(facts);
  const { stack, idOf } = facts;
  const identity = { stack, step: "alb", name: "load-balancer" } as const;
  const vpcId = idOf("ec2:vpc", "vpc");
  const loadBalancer = loadBalancerRequest(identity, {
    name: stack,
    subnetIds: [idOf("ec2:subnet", "public-a"), idOf("ec2:subnet", "public-c")],
    groupIds: [idOf("ec2:security-group", "load-balancer")],
  });
  const targetGroup = { name: stack, vpcId, port, healthCheck };
  const { certificateArn } = facts.settings;
  const listeners = wantedListeners(idOf("elbv2:target-group", "hosts"), certificateArn).map(({ settings }) => ({
    settings,
    request: listenerRequest(identity, idOf("elbv2:load-balancer", "load-balancer"), settings),
  }));
  const names = certificateArn === undefined ? undefined : (facts.certificateNames ?? ["CERTIFICATE-NAME"]);
  const delay = deregistrationDelay(deregistrationDelaySeconds);
  return [
    { where: nginxAccessLog, name: "remote_addr", value: facts.loadBalancerAddresses, why: privateAddress },
    ...reasonsFor(requestSource("elbv2 CreateTargetGroup", targetGroupRequest(identity, targetGroup)), targetGroupWhys),
    ...reasonsFor(
      { where: "elbv2 ModifyTargetGroupAttributes", settings: [{ name: delay.Key, value: delay.Value }] },
      { "deregistration_delay.timeout_seconds": drainWhy },
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

const secureHostWhys: Readonly<Record<string, Why>> = {
  FORCE_SSL: {
    lesson: true,
    en: "With a certificate Rails sends visitors to https, marks its cookies secure and sends HSTS. How a visitor came it knows from X-Forwarded-Proto, which the load balancer sets and Nginx hands on.",
    ja: "証明書があるので、Rails は https へリダイレクトし、Cookie に secure を付け、HSTS を返します。どちらで接続されたかは、ロードバランサーが付けて Nginx が引き継ぐ X-Forwarded-Proto で判断します。",
  },
};
