import { probeBackupRight } from "../../remote/probes/backup.ts";
import { parseProbes } from "../../remote/probes.ts";
import { check } from "../check.ts";
import { ec2 } from "../ec2.ts";
import { runScript } from "../host-scripts.ts";
import type { StepContext, Tell } from "../step.ts";
import { backupPolicyName, hostBackupPolicy, readOnlyBackupPolicy } from "./policies.ts";

/** IAM tells its changes to S3 within seconds, on a bad day within a minute. */
const knownTimeoutMs = 90_000;
const pollMs = 1000;

/** Takes the right to write backups away: S3 refuses the host; with it back, it may. */
export async function breakBackup(
  ctx: StepContext,
  { bucket }: { readonly bucket: string },
  tell: Tell,
): Promise<void> {
  const { identity } = ctx.ports;
  const { roleName, givenRoleArn } = ctx.output(ec2);
  // Somebody else's role: nothing is taken away from it.
  if (givenRoleArn !== undefined) return;
  const document = hostBackupPolicy(bucket, ctx.region);
  const policy = { kind: "role-policy" as const, roleName, policyName: backupPolicyName, document };
  await ctx.without([policy], async () => {
    await identity.putInlinePolicy(roleName, backupPolicyName, readOnlyBackupPolicy(bucket, ctx.region));
    const refused = {
      en: "Without the right, S3 answers a backup with",
      ja: "権限を外すとバックアップへの S3 の応答は",
    };
    tell(check("backup-denied", refused, "AccessDenied", await rightUntil(ctx, (seen) => seen !== "allowed")));
  });
  const again = { en: "With the right back, it is", ja: "権限を戻すとバックアップは" };
  tell(check("backup-well-again", again, "allowed", await rightUntil(ctx, (seen) => seen === "allowed")));
}

async function rightUntil(ctx: StepContext, expected: (seen: string) => boolean): Promise<string> {
  const instanceId = ctx.output(ec2).hosts[0]?.instanceId ?? "";
  const since = ctx.clock.now().getTime();
  for (;;) {
    const { stdout } = await runScript(ctx, instanceId, probeBackupRight());
    const seen = parseProbes(stdout)["write"] || "no result";
    if (expected(seen) || ctx.clock.now().getTime() - since >= knownTimeoutMs) return seen;
    await ctx.clock.sleep(pollMs);
  }
}
