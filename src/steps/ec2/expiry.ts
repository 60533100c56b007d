import type { Instance } from "../../ports/compute.ts";
import { expiryOf } from "../../ports/expiry.ts";
import { setExpiry } from "../../remote/expiry.ts";
import { runScript } from "../host-scripts.ts";
import { ensureEnd } from "../redundancy/end.ts";
import { isMember } from "../redundancy/members.ts";
import type { StepContext } from "../step.ts";
import type { Observed } from "./observe.ts";

/**
 * Moves the end of what was there before. What this run has made was made with it. Hosts of a group end with that: one
 * that ended itself would be replaced.
 */
export async function ensureExpiry(ctx: StepContext, observed: Observed, hosts: readonly Instance[]): Promise<void> {
  const { expiresAt } = ctx.settings;
  const { compute, expiry } = ctx.ports;
  const differing = observed.instances.filter((known) => expiryOf(known) !== expiresAt);
  const moving = hosts.filter((host) => differing.some((known) => known.id === host.id));
  if (moving.some(isMember)) await ensureEnd(ctx);
  for (const { id } of moving.filter((host) => !isMember(host))) {
    ctx.progress({ en: `setting the end of ${id}`, ja: `${id} の終了時刻を設定しています` });
    // In this order, also when it is cut short: a host that would only stop is found again, one that is gone is not.
    if (expiresAt === undefined) {
      await runScript(ctx, id, setExpiry(expiresAt));
      await compute.setEndsItself(id, false);
    } else {
      await compute.setEndsItself(id, true);
      await runScript(ctx, id, setExpiry(expiresAt));
    }
  }
  // What an earlier run made may bear another end than the hosts that are new in it. Left there, it would make a stack
  // without an end look expired to whoever has only the tags.
  const isNewInOld = observed.groups.length > 0 && observed.instances.length === 0;
  const isBorne = isNewInOld && (expiresAt ?? (await expiry.find(ctx.stack))) !== undefined;
  if (differing.length > 0 || isBorne) await expiry.tag(ctx.stack, expiresAt);
}
