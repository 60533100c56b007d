import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readState } from "../../src/state/read.ts";
import { runCli, type Fault, type FaultMode, type Run } from "./support/child.ts";
import { startDockerDouble } from "./support/docker-double.ts";
import { DoubleCloud, removeSnapshot, type CloudSnapshot } from "./support/double-cloud.ts";
import { recordFaultFigure } from "./support/figures.ts";
import { faultSeed, sample, seededRandom } from "./support/random.ts";

// The steps beyond the lecture, and the drill that changes most, stopped at some points of their runs; the same command
// again leads to what it leads to undisturbed. LECTURE05_EXTRA_POINTS tries more of them.

const more = Number(process.env.LECTURE05_EXTRA_POINTS ?? 0);
const modes: readonly FaultMode[] = ["kill", "net", "int"];
const changes = / (?!Describe|Get|List)[A-Z]\w+ \|/;
const legs = [
  { line: "up --to database --yes --json", again: "up --to database --yes --json", at: /^database \| /, count: 6 },
  { line: "up --hosts 2 --ttl 4h --yes --json", again: "up --hosts 2 --yes --json", at: /^redundancy \| /, count: 3 },
  // What it leaves is put right by whatever comes next.
  {
    line: "drill az --rate 5 --seconds 10 --yes --json",
    again: "verify redundancy --json",
    at: / (?:\w+NetworkAcl\w*|SuspendProcesses) \|/,
    count: 5,
  },
] as const;

const directory = mkdtempSync(join(tmpdir(), "lecture05-docker-"));
let docker: Awaited<ReturnType<typeof startDockerDouble>>;
const starts: CloudSnapshot[] = [];
const undisturbed: { readonly run: Run; readonly end: object }[] = [];
let tried = 0;

beforeAll(async () => {
  docker = await startDockerDouble(join(directory, "docker.sock"));
  let cloud = await DoubleCloud.start();
  await ok(cloud, "up --yes --json");
  for (const { line } of legs) {
    starts.push(await cloud.intoSnapshot());
    cloud = await DoubleCloud.start(starts.at(-1));
    undisturbed.push({ run: await ok(cloud, line), end: whatThereIs(cloud) });
  }
  await cloud.stop();
});
afterAll(async () => {
  for (const snapshot of starts) removeSnapshot(snapshot);
  await docker.stop();
  rmSync(directory, { recursive: true, force: true });
  recordFaultFigure({ subject: "kills of extras", counted: "tried", value: tried, promised: { atLeast: 12 } });
});

async function ok(cloud: DoubleCloud, line: string): Promise<Run> {
  const run = await runCli(cloud, docker.host, line.split(" "));
  expect(run.code, `${line}\n${run.stdout.slice(-3000)}\n${run.stderr}`).toBe(0);
  return run;
}

/** How many there are of each, and what is to be put back. */
function whatThereIs({ stateDirectory, world }: DoubleCloud): object {
  const { autoscaling, ec2, rds, ssm } = world;
  const count = (records: object): number => Object.keys(records).length;
  return {
    hosts: Object.values(ec2.data.instances).filter(({ state }) => state === "running").length,
    databases: count(rds.data.databases),
    subnetGroups: count(rds.data.subnetGroups),
    secrets: count(ssm.data.parameters),
    groups: count(autoscaling.data.groups),
    ends: count(autoscaling.data.scheduled),
    held: Object.values(autoscaling.data.groups).flatMap(({ suspended }) => suspended),
    templates: count(ec2.data.launchTemplates),
    images: count(ec2.data.images),
    snapshots: count(ec2.data.snapshots),
    securityGroups: count(ec2.data.securityGroups),
    networkAcls: count(ec2.data.networkAcls),
    undo: readState(stateDirectory)?.undo ?? [],
  };
}

/** Groups that launch hosts which nothing would end. */
const endless = ({ world: { autoscaling } }: DoubleCloud): string[] => {
  const ended = Object.values(autoscaling.data.scheduled).map(({ groupName }) => groupName);
  return Object.values(autoscaling.data.groups).flatMap(({ name, desired }) =>
    desired > 0 && !ended.includes(name) ? name : [],
  );
};

/** Moments that change something, some of them, at which the run is stopped in one way or another. */
function faultsOf(index: number): Fault[] {
  const { at: place, count } = legs[index]!;
  const points = (undisturbed[index]?.run.points ?? []).filter(
    ({ point, kind }) => kind !== "page" && place.test(point) && (kind === "state" || changes.test(point)),
  );
  const chosen = sample(points, count + more, seededRandom(faultSeed() + index));
  return chosen.map(({ point }, at) => ({
    key: point,
    when: at % 2 === 0 ? "after" : "before",
    mode: modes[at % modes.length] ?? "kill",
  }));
}

it.each(legs.map((leg, index) => [leg.line, index] as const))(
  "%s, stopped at some points, and once more",
  async (_line, index) => {
    const { line, again } = legs[index]!;
    const faults = faultsOf(index);
    expect(faults.length).toBeGreaterThanOrEqual(legs[index]!.count);
    for (const fault of faults) {
      const cloud = await DoubleCloud.start(starts[index]);
      try {
        const first = await runCli(cloud, docker.host, line.split(" "), fault);
        const name = `${fault.mode} ${fault.when} ${fault.key}`;
        expect(first.fired, name).toBe(true);
        tried++;
        if (line.includes("--ttl")) expect(endless(cloud), name).toEqual([]);
        const second = await runCli(cloud, docker.host, again.split(" "));
        expect(second.code, `${name}\n${second.stdout.slice(-3000)}\n${second.stderr}`).toBe(0);
        expect(whatThereIs(cloud), name).toEqual(undisturbed[index]?.end);
      } finally {
        await cloud.stop();
      }
    }
  },
);
