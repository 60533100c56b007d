import { traceNamed, type Trace } from "../remote/probes/log-lines.ts";
import { parseProbes, probeRequest, type ProbeResults } from "../remote/probes.ts";
import { runScript, type HostAddress } from "./host-scripts.ts";
import type { StepContext } from "./step.ts";
import { together } from "./together.ts";

/** A request from outside, as the host that got it logged it. */
export interface FoundRequest extends Trace {
  readonly results: ProbeResults;
}

/** Looks for a request on all hosts. Only one of them can have had it; none: an empty trace. */
export async function findRequest(
  ctx: StepContext,
  hosts: readonly HostAddress[],
  requestId: string,
): Promise<FoundRequest> {
  const found = await together(
    hosts.map(async ({ instanceId }) => {
      const results = parseProbes((await runScript(ctx, instanceId, probeRequest(requestId))).stdout);
      return { ...traceNamed(results, "request"), results };
    }),
  );
  return found.find(({ nginx, puma }) => nginx ?? puma) ?? { results: found[0]?.results ?? {} };
}
