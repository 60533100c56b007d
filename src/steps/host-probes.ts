import { parseProbes, type ProbeResults } from "../remote/probes.ts";
import { readSeenPage } from "../remote/probes/seen-page.ts";
import type { RemoteScript } from "../ports/shell.ts";
import type { LocalizedText } from "../text.ts";
import { check } from "./check.ts";
import { runScript, type HostAddress } from "./host-scripts.ts";
import type { Check, StepContext } from "./step.ts";
import { together } from "./together.ts";

/** A check whose observation is one probe's result. */
export interface ProbeCheck {
  readonly name: string;
  readonly title: LocalizedText;
  readonly probe: string;
  readonly expected: string;
}

/**
 * Runs a probe script on every host and compares. With several hosts, one that differs is named. `more` makes the
 * checks of one host that a plain comparison cannot make.
 */
export async function probeHosts(
  ctx: StepContext,
  hosts: readonly HostAddress[],
  script: RemoteScript,
  checks: readonly ProbeCheck[],
  more: (results: ProbeResults) => readonly Check[] = () => [],
): Promise<Check[]> {
  const perHost = await together(
    hosts.map(async ({ instanceId }) => {
      ctx.progress({ en: `checking ${instanceId}`, ja: `${instanceId} を確認しています` });
      const results = parseProbes((await runScript(ctx, instanceId, script)).stdout);
      // One host's page stands for all: they have to look alike.
      const page = instanceId === hosts[0]?.instanceId ? readSeenPage(results, instanceId) : undefined;
      if (page) ctx.keepPage(page);
      const compared = checks.map(({ name, title, probe, expected }) =>
        check(name, title, expected, results[probe] ?? "no result"),
      );
      return { instanceId, checks: [...compared, ...more(results)] };
    }),
  );
  return mergeHosts(perHost);
}

/** One check for all hosts: it holds when it holds on each. */
function mergeHosts(perHost: readonly { readonly instanceId: string; readonly checks: readonly Check[] }[]): Check[] {
  const [first] = perHost;
  if (!first || perHost.length === 1) return [...(first?.checks ?? [])];
  return first.checks.map((example, index) => {
    const all = perHost.map(({ instanceId, checks }) => ({ instanceId, seen: checks[index] ?? example }));
    const wrong = all.filter(({ seen }) => !seen.ok);
    const list = (shown: typeof all, part: (seen: Check) => string): string =>
      new Set(shown.map(({ seen }) => part(seen))).size === 1 && shown.length === all.length
        ? part(example)
        : shown.map(({ instanceId, seen }) => `${instanceId}: ${part(seen)}`).join(", ");
    const shown = wrong.length > 0 ? wrong : all;
    return {
      ...example,
      ok: wrong.length === 0,
      expected: list(shown, ({ expected }) => expected),
      observed: list(shown, ({ observed }) => observed),
    };
  });
}
