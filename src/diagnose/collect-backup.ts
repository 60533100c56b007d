import { probeBackupRight } from "../remote/probes/backup.ts";
import { diagnoseBackup } from "../remote/probes/diagnose-backup.ts";
import { parseProbes } from "../remote/probes.ts";
import { backupIds, timeOf } from "../steps/backup/manifest.ts";
import { backupPolicyName, hostBackupPolicy } from "../steps/backup/policies.ts";
import { backupBucketNameFor } from "../steps/s3/bucket-name.ts";
import { samePolicy } from "../steps/s3/policies.ts";
import type { DiagnoseContext } from "./collect.ts";
import type { BackupFacts } from "./facts.ts";

/** One question of a diagnosis; undefined when it was refused, which is noted. */
type Ask = <T>(what: string, call: () => Promise<T>) => Promise<T | undefined>;

/** What AWS says of the backups. `roleName`: undefined where the role is somebody else's, and not changed. */
export async function collectBackup(
  ctx: DiagnoseContext,
  ask: Ask,
  roleName: string | undefined,
): Promise<BackupFacts> {
  const { objectStorage, identity } = ctx.ports;
  const bucketName = backupBucketNameFor(ctx);
  const [newestAt, rolePolicy] = await Promise.all([
    ask("backups", async () => {
      if (!(await objectStorage.findBucket(ctx.stack, bucketName))) return "no bucket" as const;
      const [newest] = await backupIds(objectStorage, bucketName);
      return newest === undefined ? "no backup" : timeOf(newest);
    }),
    roleName === undefined
      ? ("right" as const)
      : ask("role policy", async (): Promise<BackupFacts["rolePolicy"]> => {
          const policy = await identity.findInlinePolicy(roleName, backupPolicyName);
          if (!policy) return "no policy";
          return samePolicy(policy, hostBackupPolicy(bucketName, ctx.region)) ? "right" : "another policy";
        }),
  ]);
  return { bucketName, newestAt, rolePolicy, now: ctx.clock.now().getTime() };
}

/** What a host says of them, in lines as the other facts have: its units, and whether S3 lets it write one now. */
export async function backupLines(ctx: DiagnoseContext, instanceId: string): Promise<string> {
  const { shell } = ctx.ports;
  const run = (script: ReturnType<typeof diagnoseBackup>) => shell.run(instanceId, script, { signal: ctx.signal });
  const [units, right] = await Promise.all([run(diagnoseBackup()), run(probeBackupRight())]);
  const { write } = parseProbes(right.stdout);
  return `${units.stdout}\n${write ? `backup.write ${write}\n` : ""}`;
}
