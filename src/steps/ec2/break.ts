import { check } from "../check.ts";
import type { Ec2Output } from "../ec2.ts";
import type { StepContext, Tell } from "../step.ts";
import { probeHost } from "./verify.ts";

/** EC2 applies a change of these settings within seconds. */
const appliedTimeoutMs = 60_000;
const pollMs = 500;

/**
 * Switches the metadata service of one host off. It is what gives a host its identity and its role's keys, and the one
 * part of this step that nobody else needs at every moment: the agent and the application hold keys for hours.
 */
export async function breakMetadata(ctx: StepContext, { hosts }: Ec2Output, tell: Tell): Promise<void> {
  const [host] = hosts;
  if (!host) return;
  const { instanceId } = host;
  await ctx.without([{ kind: "metadata", instanceId }], async () => {
    await ctx.ports.compute.setMetadataEndpoint(instanceId, false);
    const { imdsv1 = "no result", imdsv2 } = await askUntil(ctx, instanceId, (probes) => probes.imdsv1 === "403");
    const title = { en: "The host gets no token and no id", ja: "トークンもインスタンス ID も返らない" };
    tell(check("metadata-off", title, "403, no id", `${imdsv1}, ${imdsv2 || "no id"}`));
  });
  const { imdsv2 = "no result" } = await askUntil(ctx, instanceId, (probes) => probes.imdsv2 === instanceId);
  tell(check("metadata-on", { en: "The host gets its id", ja: "インスタンス ID が返る" }, instanceId, imdsv2));
}

/** The probes once they are as expected, or as they are when the time is over. */
async function askUntil(
  ctx: StepContext,
  instanceId: string,
  expected: (probes: Awaited<ReturnType<typeof probeHost>>) => boolean,
) {
  const since = ctx.clock.now().getTime();
  for (;;) {
    const probes = await probeHost(ctx, instanceId);
    if (expected(probes) || ctx.clock.now().getTime() - since >= appliedTimeoutMs) return probes;
    await ctx.clock.sleep(pollMs);
  }
}
