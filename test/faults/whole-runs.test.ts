import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "./support/child.ts";
import { startDockerDouble } from "./support/docker-double.ts";
import { DoubleCloud, removeSnapshot } from "./support/double-cloud.ts";
import { recordFaultFigure } from "./support/figures.ts";
import { recordLegs } from "./support/legs.ts";
import { attemptsIn, type Attempt } from "./support/moments.ts";
import { faultSeed, sample, seededRandom } from "./support/random.ts";
import { compareWith } from "./support/trial.ts";

// Where kill-anywhere.test.ts tries one fault at a time, this is a bad day: one fault after the other, in no order.
const seed = faultSeed();
const days = 6;
const faultsADay = 5;
const socketDirectory = mkdtempSync(join(tmpdir(), "lecture05-docker-"));
const docker = await startDockerDouble(join(socketDirectory, "docker.sock"));
const recorded = await recordLegs(docker.host);
const last = recorded.ups.at(-1);

const asItShouldBe = { duplicates: [], leftOver: [], differences: [] };

let tried = 0;
let leftOver = 0;

afterAll(async () => {
  for (const snapshot of recorded.snapshots) removeSnapshot(snapshot);
  await docker.stop();
  rmSync(socketDirectory, { recursive: true, force: true });
  const subject = "days of faults";
  recordFaultFigure({ subject, counted: "faults in a row", value: tried, promised: { atLeast: days * faultsADay } });
  recordFaultFigure({ subject, counted: "left over after destroy", value: leftOver, promised: { exactly: 0 } });
});

function faultsOf(day: number, legs: typeof recorded.ups): Attempt[] {
  const random = seededRandom(seed * 1000 + day);
  return sample(attemptsIn(legs, { seed: day, all: false }), faultsADay, random);
}

describe(`a stack whose every command is disturbed (seed ${seed})`, () => {
  it.concurrent.each(Array.from({ length: days }, (_, day) => day))("day %i", async (day) => {
    const cloud = await DoubleCloud.start(recorded.ups[0]?.from);
    try {
      for (const fault of faultsOf(day, recorded.ups)) {
        const { fired } = await runCli(cloud, docker.host, ["up", "--yes", "--json"], fault);
        tried += Number(fired);
      }
      const up = await runCli(cloud, docker.host, ["up", "--yes", "--json"]);
      expect(up.code, up.stdout + up.stderr).toBe(0);
      if (last) expect(compareWith(last.to, cloud)).toEqual(asItShouldBe);

      for (const fault of faultsOf(day, [recorded.destroy])) {
        const { fired } = await runCli(cloud, docker.host, ["destroy", "--yes", "--json"], fault);
        tried += Number(fired);
      }
      const destroy = await runCli(cloud, docker.host, ["destroy", "--yes", "--json"]);
      expect(destroy.code, destroy.stdout + destroy.stderr).toBe(0);
      const comparison = compareWith(recorded.destroy.to, cloud);
      leftOver += comparison.leftOver.length;
      expect(comparison).toEqual(asItShouldBe);
    } finally {
      await cloud.stop();
    }
  });
});
