import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { behaviourNames, type Behaviour } from "../../src/sandbox/realism/names.ts";
import { Realism } from "../../src/sandbox/realism/realism.ts";
import type { RequestLogEntry } from "../../src/sandbox/wire/request-log.ts";
import { collect, type CommandOutcome } from "../support/installed-package.ts";
import { startCli } from "./support/child.ts";
import { startDockerDouble } from "./support/docker-double.ts";
import { DoubleCloud, isOfHost } from "./support/double-cloud.ts";
import { recordFaultFigure } from "./support/figures.ts";
import { compareWith, settledNow, type Settled } from "./support/trial.ts";
import { WarmProcesses } from "./support/warm-processes.ts";

// Everything that AWS can do, all at once, and nobody at the keyboard but to sign in again.
const all = Array.from({ length: 50 }, (_, index) => index + 1);
/** REALISM_SEEDS=3,17 tries these only; the figures then fall short of what is promised. */
const seeds = process.env.REALISM_SEEDS?.split(",").map(Number) ?? all;
/** AWS's times; the double's waits are as much shorter (see child.ts): a look every 3 s becomes one every 10 ms. */
const timeScale = 0.005;
/** So often the credentials may end in one command; each time it gets further than before. */
const signIns = 6;
const up = ["up", "--access-logs", "--yes", "--json"] as const;
const destroy = ["destroy", "--yes", "--json"] as const;

const socketDirectory = mkdtempSync(join(tmpdir(), "lecture05-docker-"));
const docker = await startDockerDouble(join(socketDirectory, "docker.sock"));
/** Nobody stops a command here. */
const warm = new WarmProcesses();
/** What undisturbed runs make, by the zone in which the host is. */
const wanted = new Map<string, { readonly up: Settled; readonly destroyed: Settled }>();
const shown = new Map<Behaviour, number>();
/** A seed that needed its second try counts once; the run names it and says why. What it left over counts whenever it did. */
const tried = new Set<number>();
const done = new Map<number, { readonly signIns: number }>();
const count = { duplicates: 0, leftOver: 0 };

beforeAll(async () => {
  await keepWanted();
  // Nothing but that the first zone is full: the same stack in the other one.
  const others = behaviourNames.filter((name) => name !== "no-capacity");
  for (let seed = 1; wanted.size < 2; seed++) await keepWanted(new Realism({ seed, timeScale, without: others }));
});

afterAll(async () => {
  warm.stop();
  await docker.stop();
  rmSync(socketDirectory, { recursive: true, force: true });
  const subject = "AWS's manners";
  const { duplicates, leftOver } = count;
  const resumed = [...done.values()].reduce((sum, { signIns: times }) => sum + times, 0);
  recordFaultFigure({ subject, counted: "seeds tried", value: tried.size, promised: { exactly: all.length } });
  recordFaultFigure({ subject, counted: "up and destroy done", value: done.size, of: tried.size, promised: "all" });
  recordFaultFigure({ subject, counted: "expired, then resumed", value: resumed, promised: { atLeast: 10 } });
  recordFaultFigure({ subject, counted: "duplicates", value: duplicates, promised: { exactly: 0 } });
  recordFaultFigure({ subject, counted: "left over", value: leftOver, promised: { exactly: 0 } });
  for (const name of behaviourNames.filter((it) => it !== "latency"))
    recordFaultFigure({ subject, counted: name, value: shown.get(name) ?? 0, promised: { atLeast: 1 } });
});

describe("up and destroy under AWS's manners", () => {
  it.concurrent.each(seeds)(
    "seed %i",
    async (seed) => {
      const realism = new Realism({ seed, timeScale, without: [] }, { isExempt: isOfHost });
      const cloud = await DoubleCloud.start(undefined, realism);
      try {
        tried.add(seed);
        const whileUp = await untilDone(cloud, up);
        const zone = zoneIn(cloud);
        const expected = wanted.get(zone);
        if (!expected) expect.fail(`the host is in "${zone}", where it is in no undisturbed run`);
        expect(compare(expected.up, cloud)).toEqual(asItShouldBe);
        const whileDestroyed = await untilDone(cloud, destroy);
        expect(compare(expected.destroyed, cloud)).toEqual(asItShouldBe);
        done.set(seed, { signIns: whileUp + whileDestroyed });
      } finally {
        for (const [name, times] of realism.behaviours.shown) shown.set(name, (shown.get(name) ?? 0) + times);
        await cloud.stop();
      }
    },
    120_000,
  );
});

// At the scale above, a profile's first seconds are over before the network is made.
describe("a profile that EC2 takes later than the network is made", () => {
  const others = behaviourNames.filter((name) => name !== "late-profile");
  const step = ["step", "ec2", "--yes", "--json"] as const;
  const started = async (seed: number, double: object): Promise<{ run: CommandOutcome; refusals: number }> => {
    const realism = new Realism({ seed, timeScale: 0.25, without: others }, { isExempt: isOfHost });
    const cloud = await DoubleCloud.start(undefined, realism);
    try {
      const LECTURE05_DOUBLE = JSON.stringify({ pagePort: cloud.page.port, waitScale: 0.05, ...double });
      const run = await collect(startCli(cloud, docker.host, step, { LECTURE05_DOUBLE }));
      const refusals = realism.behaviours.shown.get("late-profile") ?? 0;
      shown.set("late-profile", (shown.get("late-profile") ?? 0) + refusals);
      return { run, refusals };
    } finally {
      await cloud.stop();
    }
  };

  it.each([1, 2, 3])("is waited for (seed %i)", async (seed) => {
    const { run, refusals } = await started(seed, {});
    expect(run.code).toBe(0);
    expect(refusals).toBeGreaterThan(1);
  });

  it.each([1, 2, 3])("is the end for a launch without patience (seed %i)", async (seed) => {
    const { run } = await started(seed, { impatienceMs: 61_000 });
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/"code":"WAIT_TIMED_OUT".*Invalid IAM Instance Profile name/);
  });
});

// The runs above have none: it is beyond the lecture.
describe("a database that takes as long as on AWS", () => {
  it.each([1, 2])(
    "is waited for, used and removed (seed %i)",
    async (seed) => {
      const others = behaviourNames.filter((name) => name !== "slow-database");
      const realism = new Realism({ seed, timeScale, without: others }, { isExempt: isOfHost });
      const cloud = await DoubleCloud.start(undefined, realism);
      try {
        await untilDone(cloud, ["up", "--to", "database", "--yes", "--json"]);
        expect(Object.values(cloud.world.rds.data.databases)).toHaveLength(1);
        await untilDone(cloud, destroy);
        expect(Object.values(cloud.world.rds.data.databases)).toEqual([]);
      } finally {
        for (const [name, times] of realism.behaviours.shown) shown.set(name, (shown.get(name) ?? 0) + times);
        await cloud.stop();
      }
    },
    120_000,
  );
});

const asItShouldBe = { duplicates: [], leftOver: [], differences: [] };

/** Runs a command to its end, and again only where its credentials had ended, as it says itself: so often as is returned. */
async function untilDone(cloud: DoubleCloud, args: readonly string[]): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const run = await warm.run(cloud, docker.host, args);
    if (run.code === 0) return attempt - 1;
    if (attempt > signIns || !endsForCredentials(run))
      expect.fail(`${args[0]} ended with ${run.code}: ${tail(run)}\n${lastCalls(cloud)}`);
  }
}

/** The one end that a person has to do something about; the command says what. */
function endsForCredentials({ code, stdout }: CommandOutcome): boolean {
  if (/"type":"error","code":"CREDENTIALS_EXPIRED".*run the same command again/.test(stdout)) return code === 1;
  // A destroy goes on with the other services, lists what it could not delete or ask, and says of each why.
  return code === 3 && /"code":"DESTROY_INCOMPLETE"/.test(stdout) && /expired/i.test(stdout);
}

function compare(expected: Settled, cloud: DoubleCloud): ReturnType<typeof compareWith> {
  const comparison = compareWith(expected, cloud);
  count.duplicates += comparison.duplicates.length;
  count.leftOver += comparison.leftOver.length;
  return comparison;
}

function zoneIn({ world }: DoubleCloud): string {
  return Object.values(world.ec2.data.instances).find(({ state }) => state !== "terminated")?.availabilityZone ?? "";
}

async function keepWanted(realism?: Realism): Promise<void> {
  const cloud = await DoubleCloud.start(undefined, realism);
  try {
    expect((await warm.run(cloud, docker.host, up)).code).toBe(0);
    const zone = zoneIn(cloud);
    if (wanted.has(zone)) return;
    const made = settledNow(cloud);
    expect((await warm.run(cloud, docker.host, destroy)).code).toBe(0);
    wanted.set(zone, { up: made, destroyed: settledNow(cloud) });
  } finally {
    await cloud.stop();
  }
}

/** What the last calls met, to see why a seed fails. */
function lastCalls({ home }: DoubleCloud): string {
  const lines = readFileSync(join(home, "requests.ndjson"), "utf8").trim().split("\n").slice(-12);
  return lines
    .map((line) => JSON.parse(line) as RequestLogEntry)
    .map(({ operation, status, errorCode = "", realism = "" }) => `${operation} ${status} ${errorCode} ${realism}`)
    .join("\n");
}

const tail = ({ stdout, stderr }: CommandOutcome): string =>
  [...stdout.trim().split("\n").slice(-4), stderr.trim()].map((line) => line.slice(0, 700)).join("\n");
