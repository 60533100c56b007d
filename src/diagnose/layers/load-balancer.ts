import { evidence, applyStep, automatic, byHand, printed, when, type Layer } from "../layer.ts";
import { servingPort, siteOf, type Facts } from "../facts.ts";
import { certificateFaults } from "./certificate.ts";

/** The lecture's listener. */
export const httpPort = 80;

/** The listener that hands requests on; with a certificate the one on port 80 only redirects. */
const ours = (facts: Facts) => facts.listeners?.find(({ port }) => port === servingPort(facts));

/** The load balancer itself: there, active, in the zones of the hosts, listening, and handing on to our target group. */
export const loadBalancerLayer: Layer = {
  name: "load-balancer",
  title: { en: "Load balancer and listener", ja: "ロードバランサーとリスナー" },
  since: "alb",
  scope: "stack",
  observed: (facts) =>
    facts.loadBalancer && ours(facts)
      ? `${facts.loadBalancer.name} ${facts.loadBalancer.state}, listener ${servingPort(facts)}`
      : undefined,
  symptom: (view) => {
    const { page, loadBalancer } = view;
    if (!page || !loadBalancer || (page.kind === "answer" && page.status < 400)) return undefined;
    const seen = page.kind === "answer" ? `HTTP ${page.status}` : `${page.kind}: ${page.message}`;
    return [evidence(`curl -i ${siteOf(view)}/`, seen)];
  },
  diagnoses: [
    {
      code: "LOAD_BALANCER_MISSING",
      logLines: ["LoadBalancerNotFound: One or more load balancers not found"],
      cause: {
        en: "There is no load balancer any more: it was deleted behind the tool's back",
        ja: "ロードバランサーが存在しません。ツール以外の操作で削除されています",
      },
      // It costs money by the hour, so it is not made unasked.
      fix: printed(applyStep("alb")),
      find: ({ loadBalancer, listeners }) =>
        when(
          !loadBalancer && listeners !== undefined,
          evidence("aws elbv2 describe-load-balancers", "no load balancer carries the stack's tag", "none"),
        ),
    },
    {
      code: "LOAD_BALANCER_NOT_ACTIVE",
      mayPass: true,
      logLines: ["State: provisioning", "State: failed"],
      cause: {
        en: "The load balancer is not active (yet): its state is {state}. A new one takes two or three minutes",
        ja: "ロードバランサーの状態が「アクティブ」ではありません ({state})。作成直後は 2〜3 分かかります",
      },
      fix: printed(byHand("lecture05 status --live")),
      find: ({ loadBalancer }) => {
        if (!loadBalancer || loadBalancer.state === "active") return undefined;
        const { state } = loadBalancer;
        return {
          evidence: [evidence("aws elbv2 describe-load-balancers", `State ${state}`, state)],
          values: { state },
        };
      },
    },
    {
      code: "LISTENER_MISSING",
      logLines: ["curl: (7) Failed to connect to port 80: Connection refused"],
      cause: {
        en: "The load balancer does not listen on port {port}: its listener is gone",
        ja: "ロードバランサーに {port} 番ポートのリスナーがありません",
      },
      fix: automatic(applyStep("alb")),
      find: (facts) => {
        const ports = facts.listeners?.map(({ port }) => port).join(", ") || "none";
        if (!facts.loadBalancer || !facts.listeners || ours(facts)) return undefined;
        return {
          evidence: [evidence("aws elbv2 describe-listeners", `ports: ${ports}`, ports)],
          values: { port: String(servingPort(facts)) },
        };
      },
    },
    ...certificateFaults,
    {
      code: "LISTENER_FORWARDS_ELSEWHERE",
      logLines: ["Target.NotInUse: Target group is not configured to receive traffic from the load balancer"],
      cause: {
        en: "The listener hands requests on to another target group than the hosts'",
        ja: "リスナーの転送先が、このスタックのターゲットグループではありません",
      },
      fix: printed(
        byHand(
          "aws elbv2 modify-listener --listener-arn {listener} --default-actions Type=forward,TargetGroupArn={group}",
        ),
      ),
      find: (facts) => {
        const listener = ours(facts);
        const group = facts.targetGroup?.arn;
        if (!listener || !group || listener.targetGroupArn === group) return undefined;
        const target = listener.targetGroupArn ?? "no target group";
        return {
          evidence: [evidence("aws elbv2 describe-listeners", `DefaultActions ${target}`, target)],
          values: { listener: listener.arn, group },
        };
      },
    },
    {
      code: "MAINTENANCE_ON",
      since: "static-site",
      // Asked for, and often because something else is wrong.
      latent: true,
      logLines: ["HTTP/1.1 302 Moved Temporarily", "Location: http://…-site.s3-website"],
      cause: {
        en: "Maintenance is on: the load balancer sends visitors to the page on S3 ({page}), not to the application",
        ja: "メンテナンス表示中です。ロードバランサーは訪問者を S3 のページ ({page}) へ転送し、アプリケーションには渡しません",
      },
      fix: printed(byHand("lecture05 maintenance off")),
      find: ({ page, bucketName, loadBalancer }) => {
        if (page?.kind !== "answer" || page.status !== 302) return undefined;
        const location = page.headers["location"] ?? "";
        if (!location.includes(`//${bucketName}-site.s3-website`)) return undefined;
        return {
          evidence: [evidence(`curl -i http://${loadBalancer?.dnsName ?? ""}/`, `Location: ${location}`, location)],
          values: { page: location },
        };
      },
    },
    {
      code: "LOAD_BALANCER_ZONE_MISSING",
      logLines: ["Target.NotInUse: Target is in an Availability Zone that is not enabled for the load balancer"],
      cause: {
        en: "The load balancer is not in the hosts' Availability Zone, so it does not use them",
        ja: "インスタンスのアベイラビリティーゾーンがロードバランサーで有効になっていません",
      },
      fix: printed(byHand("aws elbv2 set-subnets --load-balancer-arn {arn} --subnets SUBNET-A SUBNET-C")),
      find: ({ loadBalancer, ec2, hosts }) => {
        if (!loadBalancer || !ec2) return undefined;
        const zones = ec2.subnets
          .filter(({ id }) => loadBalancer.subnetIds.includes(id))
          .map(({ availabilityZone }) => availabilityZone);
        const outside = hosts.find(({ instance }) => !zones.includes(instance.availabilityZone));
        if (!outside || zones.length === 0) return undefined;
        return {
          evidence: [
            evidence(
              "aws elbv2 describe-load-balancers",
              `AvailabilityZones ${zones.join(", ")}`,
              outside.instance.availabilityZone,
            ),
          ],
          values: { arn: loadBalancer.arn },
        };
      },
    },
  ],
};
