import {
  acrossZones,
  clientAddress,
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
import { railsReasons } from "./rails-host.ts";

/** A network load balancer's Elastic IPs, target group, load balancer, listener, and what Rails has to know of them. */
export function nlbReasons(facts: Facts): Reason[] {
  const { stack, idOf } = facts;
  const identity = { stack, step: "alb", name: "load-balancer" } as const;
  const addresses = [1, 2].map((number) => idOf("ec2:elastic-ip", `address-${number}`));
  const loadBalancer = loadBalancerRequest(identity, {
    name: stack,
    kind: "nlb",
    subnetIds: [idOf("ec2:subnet", "public-a"), idOf("ec2:subnet", "public-c")],
    groupIds: [idOf("ec2:security-group", "load-balancer")],
    allocationIds: addresses,
  });
  const targetGroup = { name: stack, vpcId: idOf("ec2:vpc", "vpc"), port, protocol: "TCP", healthCheck } as const;
  const attributes = [deregistrationDelay(deregistrationDelaySeconds), clientAddress(true)];
  const listeners = wantedListeners(idOf("elbv2:target-group", "hosts"), undefined, "nlb");
  const { ProtocolVersion: _, ...groupWhys } = targetGroupWhys;
  const { Subnets: __, ...balancerWhys } = loadBalancerWhys;
  return [
    { where: nginxAccessLog, name: "remote_addr", value: "the visitor's address", why: visitorsAddress },
    ...reasonsFor(
      { where: "ec2 AllocateAddress", settings: addresses.map((value) => ({ name: "AllocationId", value })) },
      { AllocationId: elasticIp },
    ),
    ...reasonsFor(requestSource("elbv2 CreateTargetGroup", targetGroupRequest(identity, targetGroup)), {
      ...groupWhys,
      Protocol: tcp,
    }),
    ...reasonsFor(
      {
        where: "elbv2 ModifyTargetGroupAttributes",
        settings: attributes.map(({ Key: name, Value: value }) => ({ name, value })),
      },
      { "deregistration_delay.timeout_seconds": drainWhy, "preserve_client_ip.enabled": preserve },
    ),
    ...reasonsFor(requestSource("elbv2 CreateLoadBalancer", loadBalancer), {
      ...balancerWhys,
      Type: type,
      SecurityGroups: groups,
      "SubnetMappings.SubnetId": mapping,
      "SubnetMappings.AllocationId": elasticIp,
    }),
    ...reasonsFor(
      {
        where: "elbv2 ModifyLoadBalancerAttributes",
        settings: [{ name: acrossZones.Key, value: acrossZones.Value }],
      },
      { "load_balancing.cross_zone.enabled": crossZone },
    ),
    ...listeners.flatMap(({ settings }) =>
      reasonsFor(
        requestSource(
          "elbv2 CreateListener",
          listenerRequest(identity, idOf("elbv2:load-balancer", "load-balancer"), settings),
        ),
        { ...listenerWhys, ...forwardWhys, Protocol: tcp },
      ),
    ),
    reasonForAbsence("elbv2 CreateListener", "X-Forwarded-For", listeners.some(isHttp), {
      lesson: true,
      en: "Nothing is added to what passes through: no X-Forwarded-For, no X-Amzn-Trace-Id. Nginx takes the visitor's address from the connection.",
      ja: "中継するデータには何も追加されません (X-Forwarded-For も X-Amzn-Trace-Id もなし)。Nginx は接続そのものから閲覧者のアドレスを知ります。",
    }),
    ...environmentSources(allowHost(facts.loadBalancerName, undefined, {}).text).flatMap((source) =>
      reasonsFor(source, hostWhys),
    ),
    ...railsReasons(facts),
  ];
}

const isHttp = ({ settings }: ReturnType<typeof wantedListeners>[number]): boolean =>
  settings.protocol === "HTTP" || settings.protocol === "HTTPS";

const visitorsAddress: Why = {
  lesson: true,
  en: "Nginx is asked from the visitor's own address, as if nobody stood between them: the load balancer hands packets on with their source. Behind an ALB it would be one of the ALB's private addresses.",
  ja: "Nginx への接続元は、閲覧者自身のアドレスです。NLB は送信元アドレスを変えずに中継します。ALB の場合は ALB のプライベート IP アドレスになります。",
};
const elasticIp: Why = {
  lesson: true,
  en: "An Elastic IP in each zone: addresses that stay what they are as long as the stack stands, so that others can let them through their firewall. An ALB's change whenever AWS likes. They cost the same as any public IPv4 address, also while nobody uses them; destroy releases them.",
  ja: "AZ ごとに Elastic IP を 1 つ割り当てます。スタックがある限りアドレスが変わらないため、相手のファイアウォールに登録してもらえます (ALB のアドレスは AWS の都合で変わります)。料金は他のパブリック IPv4 アドレスと同じで、使っていない間もかかります。destroy で解放されます。",
};
const tcp: Why = {
  lesson: true,
  en: "TCP: bytes, not requests. It cannot route by path or name, redirect, or answer by itself; in return it bears any protocol and millions of connections with hardly any delay. The health check is HTTP all the same.",
  ja: "TCP です。リクエストではなくバイト列を中継します。パスや名前による振り分け、リダイレクト、固定の応答はできませんが、どんなプロトコルでも、数百万の接続でも、ほとんど遅延なく中継できます。ヘルスチェックには HTTP を使います。",
};
const preserve: Why = {
  en: "AWS's default for instances, asked for by name: the visitor's address is kept.",
  ja: "インスタンスの場合の既定値ですが、明示します。閲覧者のアドレスを保持する設定です。",
};
const type: Why = {
  lesson: true,
  en: "A Network Load Balancer, as --load-balancer nlb asks: for fixed addresses, the visitor's own address and protocols other than HTTP (see load-balancers).",
  ja: "--load-balancer nlb の指定による Network Load Balancer (NLB) です。固定アドレス、閲覧者のアドレスの保持、HTTP 以外のプロトコルのために使います (load-balancers を参照)。",
};
const groups: Why = {
  lesson: true,
  en: "Who may see the page is decided here, in front of everything. A network load balancer takes a group only when it is made with one. The hosts' rule names this group, and AWS lets in by it what comes through the load balancer although the visitor's address stands on it; nobody reaches a host around it.",
  ja: "ページを見られる人を、いちばん手前のここで決めます。NLB にセキュリティグループを付けられるのは作成時だけです。ホスト側のルールはこのグループをソースに指定します。送信元が閲覧者のアドレスのままでも、NLB を経由した通信だけが許可され、NLB を通らずにホストへは接続できません。",
};
const mapping: Why = {
  en: "The public subnets of two Availability Zones, each with an address of its own.",
  ja: "2 つの AZ のパブリックサブネットです。それぞれに固定のアドレスを割り当てます。",
};
const crossZone: Why = {
  lesson: true,
  en: "Off by itself with an NLB: then each zone's address leads to that zone's hosts only, and with one host half the visitors would find nobody. (An ALB does it always.)",
  ja: "NLB では既定で無効です。無効のままだと各 AZ のアドレスはその AZ のホストにしか中継せず、ホストが 1 台なら閲覧者の半分はつながりません (ALB では常に有効)。",
};
