import { expect, it } from "vitest";
import { pollMs } from "../src/commands/stack-session.ts";
import { behaviourNames, type Behaviour } from "../src/sandbox/realism/names.ts";
import { keep, withSite, type Site } from "./support.ts";

// How long `up` takes under AWS's times, against the waits that it cannot have at the same time.

/** As slow as AWS. Below 1 it is over sooner, but what this machine itself takes then weighs too much. */
const timeScale = 1;
/** AWS is looked at less often than the sandbox. */
const waitScale = (pollMs.aws / pollMs.sandbox) * timeScale;
/** The looks. Longer timers are those of probes, for which a second is a second. */
const longestLookMs = 1.25 * pollMs.sandbox;
const timed: readonly Behaviour[] = [
  "latency",
  "boot",
  "late-ssm",
  "late-profile",
  "late-invocation",
  "slow-load-balancer",
];
/** How long scripts took on a host of the sandbox on a quiet machine, in milliseconds. */
const scripts: Readonly<Record<string, number>> = {
  "probe-metadata": 361,
  "list-modules": 316,
  "prepare-host": 1684,
  "install-ruby": 20930,
  "create-app-user": 114,
  "send-app-1-of-1": 329,
  "configure-app": 319,
  "install-gems": 64109,
  "prepare-release": 2458,
  "start-puma": 3999,
  "probe-puma": 574,
  "probe-without-puma-tcp": 3355,
  "move-puma-to-socket": 3896,
  "probe-socket": 320,
  "install-nginx": 6282,
  "probe-nginx-alone": 374,
  "put-nginx-before-puma": 3379,
  "probe-nginx-puma": 1059,
  "probe-without-puma-nginx": 2967,
  "probe-without-nginx": 571,
  "allow-host": 3922,
  "probe-request": 352,
  "configure-s3": 5678,
};

/** Between two spans nothing was under way but the tool itself; the longest of these are told. */
const toldGaps = 12;

interface Span {
  readonly what: string;
  readonly of: string;
  readonly from: number;
  readonly to: number;
}

it("takes at most 1.1 times what cannot overlap", async () => {
  const without = behaviourNames.filter((name) => !timed.includes(name));
  const result = await withSite({ seed: 1, timeScale, without }, async (site) => {
    const spans = watch(site);
    for (const [name, ms] of Object.entries(scripts)) site.cloud.hosts.durationsMs.set(name, ms * timeScale);
    const { wallMs } = await site.run(["up", "--yes", "--json"], waitScale, longestLookMs);
    return { wallMs, spans };
  });
  const neededMs = unionOf(result.spans);
  const ratio = result.wallMs / neededMs;
  const alone: Record<string, number> = {};
  for (const { what, from, to } of result.spans) alone[what] = (alone[what] ?? 0) + (to - from) / timeScale / 1000;
  const seconds = (ms: number): number => Math.round(ms / timeScale / 100) / 10;
  const figures = {
    note: `AWS's times x ${timeScale}, given here as seconds at scale 1; what this machine takes itself is in "up"`,
    upSeconds: seconds(result.wallMs),
    cannotOverlapSeconds: seconds(neededMs),
    ratio: Math.round(ratio * 1000) / 1000,
    longestGapsSeconds: gapsIn(result.spans)
      .toSorted((a, b) => b.ms - a.ms)
      .slice(0, toldGaps)
      .map(({ ms, between }) => `${seconds(ms)} ${between}`),
    secondsByWait: Object.fromEntries(
      Object.entries(alone).map(([what, value]) => [what, Math.round(value * 10) / 10]),
    ),
  };
  keep("critical-path", figures);
  console.log(JSON.stringify(figures, undefined, 2));
  expect(ratio).toBeLessThanOrEqual(1.1);
});

/** Every span in which AWS or a host is at work for the tool. What lies in none of them is the tool's own time. */
function watch({ realism: { behaviours }, cloud: { hosts } }: Site): Span[] {
  const spans: Span[] = [];
  const timeFor = behaviours.timeFor.bind(behaviours);
  behaviours.timeFor = (behaviour, of) => {
    const ms = timeFor(behaviour, of);
    const from = performance.now();
    spans.push({ what: behaviour === "latency" ? "calls" : behaviour, of, from, to: from + ms });
    return ms;
  };
  const exec = (...call: Parameters<typeof hosts.onExec>): ReturnType<typeof hosts.onExec> => original(...call);
  const { onExec: original } = hosts;
  hosts.onExec = async (instanceId, command) => {
    const from = performance.now();
    const result = await exec(instanceId, command);
    if (command.stdin) spans.push({ what: "scripts", of: "a script", from, to: performance.now() });
    return result;
  };
  return spans;
}

function gapsIn(spans: readonly Span[]): { readonly ms: number; readonly between: string }[] {
  const gaps: { ms: number; between: string }[] = [];
  let last: Span | undefined;
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    if (last && span.from > last.to)
      gaps.push({ ms: span.from - last.to, between: `between ${last.of} and ${span.of}` });
    if (!last || span.to > last.to) last = span;
  }
  return gaps;
}

/** The time that is covered by at least one span. */
function unionOf(spans: readonly Span[]): number {
  let covered = 0;
  let end = -Infinity;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    covered += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return covered;
}
