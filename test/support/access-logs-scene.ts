import { Deliveries } from "../../src/sandbox/access-logs/deliveries.ts";
import { sandboxAccount } from "../../src/sandbox/world.ts";
import { s3 } from "../../src/steps/s3.ts";
import { logsBucketNameFor } from "../../src/steps/s3/bucket-name.ts";
import type { Check, Settings, StepContext } from "../../src/steps/step.ts";
import { loggedByHaproxy } from "./alb-log.ts";
import { make } from "./stack-parts.ts";
import { region, stack, startStage, type Stage } from "./stage.ts";

export const place = { stack, region, account: sandboxAccount };
export const logsBucket = logsBucketNameFor(place);

export interface Scene {
  readonly stage: Stage;
  readonly ctx: StepContext;
  readonly arn: string;
  readonly deliveries: Deliveries;
}

/** A load balancer and a bucket; the load balancer's requests are logged by a double and delivered at each sleep. */
export async function startScene({ accessLogs }: Pick<Settings, "accessLogs"> = { accessLogs: true }): Promise<Scene> {
  const stage = await startStage();
  const { loadBalancer: loadBalancerArn = "", targetGroup: targetGroupArn = "" } = await make(stage, [
    "listener",
    "bucket",
  ]);
  const lines: { time: string; text: string }[] = [];
  stage.sandbox.runtime.onLoadBalancerLog = () => lines;
  const session = stage.openSession();
  const facts = { url: "http://127.0.0.1:1", dnsName: "x", interfaceDescription: "x" };
  session.recordOf("alb").output = { ...facts, loadBalancerArn, targetGroupArn };
  const context = session.contextFor(s3);
  session.close();
  const http: Pick<StepContext["ports"]["http"], "request"> = {
    async request(url) {
      const uri = new URL(url).pathname + new URL(url).search;
      lines.push({
        time: new Date().toISOString(),
        text: loggedByHaproxy({ endedMs: String(Date.UTC(2026, 10, 30)), uri }),
      });
      return { kind: "answer", status: 200, headers: {}, body: Buffer.alloc(0) };
    },
  };
  const deliveries = new Deliveries(stage.sandbox.world);
  stage.onSleep = () => deliveries.deliver();
  const settings = { ...context.settings, accessLogs };
  const ctx = { ...context, settings, ports: { ...context.ports, http: http as StepContext["ports"]["http"] } };
  return { stage, ctx, arn: loadBalancerArn, deliveries };
}

export const failed = (checks: readonly Check[]): string[] => checks.filter(({ ok }) => !ok).map(({ name }) => name);
