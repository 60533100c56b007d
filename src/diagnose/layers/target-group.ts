import type { HealthCheck, TargetHealth } from "../../ports/load-balancing.ts";
import { healthCheck } from "../../steps/alb/settings.ts";
import { describeHealth } from "../../steps/alb/health.ts";
import type { Facts } from "../facts.ts";
import { evidence, applyStep, automatic, when, type Layer } from "../layer.ts";
import { httpPort } from "./load-balancer.ts";

const differences = (present: HealthCheck): string[] =>
  (Object.keys(healthCheck) as (keyof HealthCheck)[])
    .filter((key) => present[key] !== healthCheck[key])
    .map((key) => `${key} ${present[key]} (expected: ${healthCheck[key]})`);

const isOurs = ({ hosts }: Facts, target: TargetHealth): boolean =>
  hosts.some(({ instance }) => instance.id === target.instanceId);

const show = (target: TargetHealth) =>
  evidence("aws elbv2 describe-target-health", describeHealth(target), target.reason ?? target.state);

/** Which hosts the load balancer asks, how, and what it thinks of them, in AWS's own words. */
export const targetGroupLayer: Layer = {
  name: "target-group",
  title: { en: "Target group and health check", ja: "ターゲットグループとヘルスチェック" },
  since: "alb",
  scope: "stack",
  observed: ({ targets }) => targets?.map(describeHealth).join(", ") || undefined,
  symptom: ({ targets }) => targets?.filter(({ state }) => state !== "healthy").map(show),
  diagnoses: [
    {
      code: "TARGET_GROUP_MISSING",
      logLines: ["TargetGroupNotFound: One or more target groups not found"],
      cause: { en: "The target group is gone", ja: "ターゲットグループが存在しません" },
      fix: automatic(applyStep("alb")),
      find: ({ loadBalancer, targetGroup, targets }) =>
        when(
          loadBalancer && !targetGroup && targets !== undefined,
          evidence("aws elbv2 describe-target-groups", "no target group carries the stack's tag", "none"),
        ),
    },
    {
      code: "TARGET_PORT_WRONG",
      logLines: ["Target.FailedHealthChecks: Health checks failed", "Target.Timeout: Request timed out"],
      cause: {
        en: "The host is registered on port {port}, where nothing of ours listens: Nginx is on 80",
        ja: "インスタンスが {port} 番ポートで登録されています。Nginx は 80 番ポートです",
      },
      fix: automatic(applyStep("alb")),
      find: (facts) => {
        const stray = facts.targets?.find(
          (target) => target.port !== httpPort && target.state !== "draining" && isOurs(facts, target),
        );
        if (!stray) return undefined;
        const line = `${stray.instanceId}:${stray.port} ${stray.state}`;
        return {
          evidence: [evidence("aws elbv2 describe-target-health", line, String(stray.port))],
          values: { port: String(stray.port) },
        };
      },
    },
    {
      code: "TARGET_NOT_REGISTERED",
      logLines: [
        "503 Service Temporarily Unavailable",
        "Target.NotRegistered: Target is not registered to the target group",
      ],
      cause: {
        en: "{instance} is not registered in the target group, so the load balancer has nobody to ask and answers 503",
        ja: "インスタンス {instance} がターゲットグループに登録されていません。ロードバランサーは 503 を返します",
      },
      fix: automatic(applyStep("alb")),
      find: ({ targets, targetGroup, hosts }) => {
        const left = hosts.find(
          ({ instance }) =>
            !targets?.some(({ instanceId, state }) => instanceId === instance.id && state !== "draining"),
        );
        if (!targets || !targetGroup || !left) return undefined;
        const seen = targets.map(describeHealth).join(", ") || "no target is registered";
        return {
          evidence: [evidence("aws elbv2 describe-target-health", seen, "Target.NotRegistered")],
          values: { instance: left.instance.id },
        };
      },
    },
    {
      code: "HEALTH_CHECK_CHANGED",
      logLines: ["Target.ResponseCodeMismatch: Health checks failed with these codes: [404]"],
      cause: {
        en: "The target group's health check is not the lecture's: {differences}. When it fails for all hosts the load balancer sends requests to them all the same, so a page that loads proves nothing",
        ja: "ヘルスチェックの設定が異なります: {differences}。全ターゲットが異常のときもロードバランサーは転送を続けるため、ページが表示されても正常とは言えません",
      },
      fix: automatic(applyStep("alb")),
      find: ({ targetGroup, targets }) => {
        const differs = targetGroup ? differences(targetGroup.healthCheck) : [];
        if (differs.length === 0) return undefined;
        return {
          evidence: [
            ...differs.map((line) => evidence("aws elbv2 describe-target-groups", line)),
            ...(targets ?? []).map(show),
          ],
          values: { differences: differs.join(", ") },
        };
      },
    },
  ],
};
