import { takeBackup } from "../../remote/backup.ts";
import { ec2 } from "../ec2.ts";
import { runScript } from "../host-scripts.ts";
import type { StepContext } from "../step.ts";

/** By one host: the first that there is. The others would find that one at work and leave it to it. */
export async function takeBackupNow(ctx: StepContext): Promise<void> {
  const [host] = ctx.output(ec2).hosts;
  if (!host) throw new Error("there is no host to take a backup");
  const { instanceId } = host;
  ctx.progress({ en: `${instanceId} takes a backup`, ja: `${instanceId} でバックアップを作成しています` });
  await runScript(ctx, instanceId, takeBackup());
}
