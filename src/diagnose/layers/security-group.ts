import type { IngressRule, SecurityGroup } from "../../ports/network.ts";
import { overlaps, ruleKey } from "../../steps/ec2/layout.ts";
import { compareRules, wantedRules } from "../../steps/ec2/plan.ts";
import { hasReached, servingPort, type View } from "../facts.ts";
import { evidence, applyStep, automatic, byHand, printed, type Finding, type Layer } from "../layer.ts";
import { httpPort } from "./load-balancer.ts";

const groupNamed = ({ ec2 }: View, name: string): SecurityGroup | undefined =>
  ec2?.groups.find((group) => group.name === name);

const opens = (rule: IngressRule, port: number): boolean =>
  rule.protocol === "-1" || (rule.protocol === "tcp" && rule.fromPort <= port && rule.toPort >= port);

const rulesOf = (group: SecurityGroup): string => group.ingress.map(ruleKey).join(", ") || "no rule";

const shown = (group: SecurityGroup) =>
  evidence(`aws ec2 describe-security-groups --group-ids ${group.id}`, `inbound: ${rulesOf(group)}`, rulesOf(group));

/** The inbound rules on the way: visitors to the load balancer, the load balancer to the hosts. */
export const securityGroupLayer: Layer = {
  name: "security-group",
  title: { en: "Security groups", ja: "セキュリティグループ" },
  since: "ec2",
  scope: "stack",
  observed: (view) => {
    const groups = ["load-balancer", "host"].flatMap((name) => groupNamed(view, name) ?? []);
    return groups.map((group) => `${group.name}: ${rulesOf(group)}`).join("; ") || undefined;
  },
  diagnoses: [
    {
      code: "LOAD_BALANCER_CLOSED",
      since: "alb",
      logLines: ["curl: (28) Connection timed out", "ERR_CONNECTION_TIMED_OUT", "このサイトにアクセスできません"],
      cause: {
        en: "The load balancer's security group has no inbound rule that lets {visitor} reach port {port}, so a browser waits until it gives up",
        ja: "ロードバランサーのセキュリティグループに、{visitor} から {port} 番ポートへのインバウンドルールがありません。ブラウザーはタイムアウトします",
      },
      fix: automatic(applyStep("ec2")),
      find: (view) => {
        const group = groupNamed(view, "load-balancer");
        if (!group) return undefined;
        const port = servingPort(view);
        const open = group.ingress.filter((rule) => opens(rule, port));
        const visitor = view.callerAddress && `${view.callerAddress}/32`;
        const admitted = !visitor || open.some(({ source }) => "groupId" in source || overlaps(source.cidr, visitor));
        // A range of other people is as the user wanted it, unless the page does not answer here.
        const shut = open.length === 0 || (!admitted && view.page !== undefined && view.page.kind !== "answer");
        if (!shut) return undefined;
        return { evidence: [shown(group)], values: { visitor: visitor ?? "anyone", port: String(port) } };
      },
    },
    {
      code: "HOST_CLOSED",
      since: "alb",
      logLines: ["Target.Timeout: Request timed out", "504 Gateway Time-out"],
      cause: {
        en: "The hosts' security group does not let the load balancer's group reach port 80, so health checks and pages time out",
        ja: "インスタンスのセキュリティグループに、ロードバランサーのセキュリティグループから 80 番ポートへのインバウンドルールがありません。ヘルスチェックがタイムアウトします",
      },
      fix: automatic(applyStep("ec2")),
      find: (view) => {
        const group = groupNamed(view, "host");
        const loadBalancer = groupNamed(view, "load-balancer");
        if (!group || !loadBalancer) return undefined;
        const open = group.ingress.some(
          (rule) => opens(rule, httpPort) && ("cidr" in rule.source || rule.source.groupId === loadBalancer.id),
        );
        return open ? undefined : { evidence: [shown(group)] };
      },
    },
    {
      code: "LOAD_BALANCER_GROUP_WRONG",
      since: "alb",
      logLines: ["curl: (28) Connection timed out"],
      cause: {
        en: "The load balancer does not carry its security group {group}, so its rules do not count and the hosts do not know it",
        ja: "ロードバランサーにセキュリティグループ {group} が関連付けられていません。ルールが効かず、インスタンスからも許可されません",
      },
      fix: printed(byHand("aws elbv2 set-security-groups --load-balancer-arn {arn} --security-groups {group}")),
      find: (view) => {
        const group = groupNamed(view, "load-balancer");
        const { loadBalancer } = view;
        if (!group || !loadBalancer || loadBalancer.groupIds.includes(group.id)) return undefined;
        const present = loadBalancer.groupIds.join(", ") || "none";
        return {
          evidence: [evidence("aws elbv2 describe-load-balancers", `SecurityGroups ${present}`, present)],
          values: { arn: loadBalancer.arn, group: group.id },
        };
      },
    },
    {
      code: "HOST_GROUP_WRONG",
      logLines: ["Target.Timeout: Request timed out"],
      cause: {
        en: "Instance {instance} does not carry the hosts' security group {group}",
        ja: "インスタンス {instance} にセキュリティグループ {group} が関連付けられていません",
      },
      fix: printed(byHand("aws ec2 modify-instance-attribute --instance-id {instance} --groups {group}")),
      find: (view) => {
        const group = groupNamed(view, "host");
        const stranger = view.hosts.find(({ instance }) => group && !instance.groupIds.includes(group.id))?.instance;
        if (!group || !stranger) return undefined;
        const present = stranger.groupIds.join(", ") || "none";
        return {
          evidence: [evidence("aws ec2 describe-instances", `SecurityGroups ${present}`, present)],
          values: { instance: stranger.id, group: group.id },
        };
      },
    },
    {
      code: "HOST_OPEN_TO_OTHERS",
      latent: true,
      logLines: ["inbound: tcp 80 from 0.0.0.0/0"],
      cause: {
        en: "The hosts' security group has inbound rules beyond the load balancer's: {rules}. The hosts are to be reached through the load balancer only",
        ja: "インスタンスのセキュリティグループに、ロードバランサー以外からのインバウンドルールがあります: {rules}",
      },
      // Step ec2 takes the rule away; somebody may be using it right now.
      fix: printed(applyStep("ec2")),
      find: (view): Finding | undefined => {
        const group = groupNamed(view, "host");
        if (!group || !view.ec2) return undefined;
        const { excess } = compareRules(group.ingress, wantedRules("host", view.ec2, { sources: [], ports: [] }));
        if (excess.length === 0 || !hasReached(view, "ec2")) return undefined;
        return { evidence: [shown(group)], values: { rules: excess.map(ruleKey).join(", ") } };
      },
    },
  ],
};
