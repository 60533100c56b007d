import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli, type FaultMode } from "./support/child.ts";
import { startDockerDouble } from "./support/docker-double.ts";
import { removeSnapshot } from "./support/double-cloud.ts";
import { recordFaultFigure } from "./support/figures.ts";
import { recordLegs } from "./support/legs.ts";
import { attemptsIn, type Attempt } from "./support/moments.ts";
import { faultSeed } from "./support/random.ts";
import { tryPoint, type RunAgain, type Verdict } from "./support/trial.ts";
import { WarmProcesses } from "./support/warm-processes.ts";

// The points are those of a run that nobody disturbs, so a new call or a new write is covered without a word here. They
// have to be known before the tests are.
const seed = faultSeed();
const all = process.env.LECTURE05_FAULT_MODES === "all";
const socketDirectory = mkdtempSync(join(tmpdir(), "lecture05-docker-"));
const docker = await startDockerDouble(join(socketDirectory, "docker.sock"));
const recorded = await recordLegs(docker.host);
const attempts = attemptsIn([...recorded.ups, recorded.ahead, recorded.destroy], { seed, all });
const warm = new WarmProcesses();
/** One second run of so many begins in a process of its own, too; which ones rotates with the seed. */
const freshEach = 8;
/** By name: of a point that was tried twice, the last one counts. */
const verdictOf = new Map<string, { readonly attempt: Attempt; readonly verdict: Verdict }>();

afterAll(async () => {
  warm.stop();
  for (const snapshot of recorded.snapshots) removeSnapshot(snapshot);
  await docker.stop();
  rmSync(socketDirectory, { recursive: true, force: true });
  report();
});

/** What is stopped is always a process of its own. What runs to its end after it can be one that has run before. */
const runAgainAt = (index: number): RunAgain =>
  all || (index + seed) % freshEach === 0 ? runCli : (...run) => warm.run(...run);

const nameOf = ({ leg, key, when, mode }: Attempt): string => `${leg.name}: ${mode} ${when} ${key}`;

describe(`a run that is disturbed at one point (seed ${seed})`, () => {
  it("ends, when nobody disturbs it, with the cloud as it was before", () => {
    expect(recorded.destroy.to.inventory).toEqual(recorded.before.inventory);
    expect(recorded.destroy.to.state).toBeUndefined();
  });

  const cases = attempts.map((attempt, index) => [nameOf(attempt), attempt, runAgainAt(index)] as const);
  it("has points in what is begun ahead of its step", () => {
    expect(recorded.ahead.points.map(({ point }) => point)).toContain(
      "alb ahead | elasticloadbalancing CreateLoadBalancer | 1",
    );
  });

  it.concurrent.each(cases)("%s", async (_name, attempt, runAgain) => {
    const verdict = await tryPoint(attempt.leg, docker.host, attempt, runAgain);
    verdictOf.set(nameOf(attempt), { attempt, verdict });
    const { duplicates, leftOver, problems, fired, resumed } = verdict;
    // How often an answer is asked for depends on how fast it comes: such a moment may pass by.
    if (!fired && /GetCommandInvocation|DescribeTargetHealth/.test(attempt.key)) return;
    expect({ duplicates, leftOver, problems, fired, resumed }).toEqual({
      duplicates: [],
      leftOver: [],
      problems: [],
      fired: true,
      resumed: true,
    });
  });
});

const shown: Readonly<Record<FaultMode, string>> = {
  kill: "SIGKILL",
  int: "Ctrl-C",
  "int twice": "Ctrl-C twice",
  term: "SIGTERM",
  hup: "closed terminals",
  net: "lost requests and answers",
  "net down": "cut networks",
  disk: "full disks",
};

function report(): void {
  const tried = [...verdictOf.values()].filter(({ verdict }) => verdict.fired);
  const subject = "kill points";
  const count = (of: (verdict: Verdict) => number): number => tried.reduce((sum, { verdict }) => sum + of(verdict), 0);
  recordFaultFigure({ subject, counted: "tried", value: tried.length, promised: { atLeast: 300 } });
  for (const [mode, counted] of Object.entries(shown)) {
    const value = tried.filter(({ attempt }) => attempt.mode === mode).length;
    recordFaultFigure({ subject, counted: `of them ${counted}`, value, promised: { atLeast: 1 } });
  }
  const resumed = count((verdict) => Number(verdict.resumed));
  recordFaultFigure({ subject, counted: "resumed", value: resumed, of: tried.length, promised: "all" });
  const duplicates = count((verdict) => verdict.duplicates.length);
  recordFaultFigure({ subject, counted: "duplicates", value: duplicates, promised: { exactly: 0 } });
  const leftOver = count((verdict) => verdict.leftOver.length);
  recordFaultFigure({ subject, counted: "left over", value: leftOver, promised: { exactly: 0 } });
}
