import { parseProbes, probeMetadata, type ProbeResults } from "../../remote/probes.ts";
import type { Instance } from "../../ports/compute.ts";
import { check } from "../check.ts";
import type { Ec2Output } from "../ec2.ts";
import { runScript } from "../host-scripts.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import { ruleKey } from "./layout.ts";

type Host = Ec2Output["hosts"][number];

const dropTimeoutMs = 2_000;

export async function verifyEc2(ctx: StepContext, output: Ec2Output): Promise<Check[]> {
  const { compute, network } = ctx.ports;
  // Waiting for a connection that is dropped takes longest, so the rest is asked meanwhile.
  const [perHost, closed, groups] = await together([
    compute
      .findInstances(ctx.stack)
      .then((instances) => together(output.hosts.map((host) => checkHost(ctx, host, instances)))),
    together(output.hosts.map((host) => closedToOutside(ctx, host))),
    network.findSecurityGroups(ctx.stack),
  ]);
  const rules = groups.find(({ id }) => id === output.hostGroupId)?.ingress.map(ruleKey) ?? [];
  return [
    ...perHost.flat(),
    ...closed.flat(),
    check(
      "inbound-rules",
      { en: "Only the load balancer may come in", ja: "インバウンドルールはロードバランサーからのみ" },
      `tcp 80 from ${output.loadBalancerGroupId}`,
      rules.join(", ") || "no rule",
    ),
  ];
}

async function checkHost(ctx: StepContext, { instanceId }: Host, instances: readonly Instance[]): Promise<Check[]> {
  const instance = instances.find(({ id }) => id === instanceId);
  ctx.progress({ en: `checking ${instanceId}`, ja: `${instanceId} を確認しています` });
  const [probes, volumes] = await together([
    probeHost(ctx, instanceId),
    ctx.ports.compute.findVolumes(instance?.volumeIds ?? []),
  ]);
  const volumeSeen = volumes.map(({ encrypted, type }) => `${encrypted ? "encrypted" : "not encrypted"} ${type}`);
  return [
    check(
      "instance-running",
      { en: "The instance runs", ja: "インスタンスが実行中" },
      "running",
      instance?.state ?? "absent",
    ),
    check(
      "ssm-answers",
      { en: "SSM answers, without SSH", ja: "SSM で接続できる(SSH は不要)" },
      "root on debian 13",
      probes.user ? `${probes.user} on ${probes.system ?? "unknown"}` : "not reached",
    ),
    check(
      "imdsv2-required",
      { en: "The metadata service wants a token (IMDSv2)", ja: "IMDSv2 が必須" },
      "required",
      instance?.imdsv2Required ? "required" : "optional",
    ),
    check(
      "imdsv1-refused",
      { en: "Without a token it refuses", ja: "トークンなしの IMDSv1 は拒否される" },
      "401",
      probes.imdsv1 ?? "no result",
    ),
    check(
      "imdsv2-answers",
      { en: "With a token it tells the instance's id", ja: "トークンありでインスタンス ID が返る" },
      instanceId,
      probes.imdsv2 ?? "no result",
    ),
    check(
      "volume-encrypted",
      { en: "The volume is encrypted", ja: "ボリュームが暗号化されている" },
      "encrypted gp3",
      volumeSeen.join(", ") || "no volume",
    ),
  ];
}

async function closedToOutside(ctx: StepContext, { publicIp }: Host): Promise<Check[]> {
  if (!publicIp) return [];
  const direct = await ctx.ports.http.request(`http://${publicIp}/`, { timeoutMs: dropTimeoutMs });
  return [
    check(
      "closed-to-outside",
      { en: "Port 80 is closed to the outside", ja: "80 番ポートは外部に公開されていない" },
      "timeout",
      direct.kind === "answer" ? `answered ${direct.status}` : direct.kind,
    ),
  ];
}

/** A host that SSM does not reach fails its checks; it is not a reason to stop checking. */
export async function probeHost(ctx: StepContext, instanceId: string): Promise<ProbeResults> {
  if ((await ctx.ports.shell.online([instanceId])).length === 0) return {};
  return parseProbes((await runScript(ctx, instanceId, probeMetadata())).stdout);
}
