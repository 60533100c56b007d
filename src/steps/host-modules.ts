import { listModules, parseModules } from "../remote/modules.ts";
import type { ReportedModule } from "../records/modules.ts";
import { runScript, type HostAddress } from "./host-scripts.ts";
import type { StepContext } from "./step.ts";

/** What the hosts' package managers say is installed now; what is new there is noted as this step's. */
export async function modulesOn(ctx: StepContext, hosts: readonly HostAddress[]): Promise<ReportedModule[]> {
  ctx.progress({ en: "recording the installed modules", ja: "インストール済みモジュールを記録しています" });
  const lists = await Promise.all(
    hosts.map(async ({ instanceId }) =>
      parseModules((await runScript(ctx, instanceId, listModules(ctx.step))).stdout, instanceId),
    ),
  );
  return lists.flat();
}
