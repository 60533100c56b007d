import { expect } from "vitest";
import { lectureSteps } from "../../../src/steps/names.ts";
import { runCli, type TracedPoint } from "./child.ts";
import { DoubleCloud, removeSnapshot, type CloudSnapshot } from "./double-cloud.ts";
import { plantNeighbours } from "./neighbours.ts";
import { settledNow, type Leg } from "./trial.ts";

/** A leg and the points of it that no other leg has. */
export interface RecordedLeg extends Leg {
  readonly name: string;
  readonly points: readonly TracedPoint[];
}

export interface Recorded {
  readonly ups: readonly RecordedLeg[];
  /** What is begun for a later step while another one's turn is next. */
  readonly ahead: RecordedLeg;
  readonly destroy: RecordedLeg;
  /** The cloud before the first command, with other people's resources in it. */
  readonly before: Leg["to"];
  readonly snapshots: readonly CloudSnapshot[];
}

/**
 * Runs the whole of `up` and `destroy` undisturbed, step by step, and keeps the cloud as it is between steps: a fault
 * in step s3 then need not wait for the six before it. `up --to STEP` from there does exactly what `up` does at that
 * step; what it asks about the steps that are done is left out of the points, being the same in every leg.
 */
export async function recordLegs(dockerHost: string): Promise<Recorded> {
  const recorder = new LegRecorder(dockerHost, await DoubleCloud.start());
  try {
    await plantNeighbours(recorder.cloud);
    const before = settledNow(recorder.cloud);
    const ups: RecordedLeg[] = [];
    for (const [index, step] of lectureSteps.entries()) {
      const [isFirst, isLast] = [index === 0, index === lectureSteps.length - 1];
      const isOwn = (at: string): boolean => at === step || (isFirst && at === "start") || (isLast && at === "end");
      ups.push(await recorder.run(step, ["up", "--to", step, "--yes", "--json"], isOwn));
    }
    // What a run that goes further begins ahead of its step, it begins where nothing of the steps between is done.
    const from = recorder.snapshots[1] ?? expect.fail("the second step has no snapshot");
    const isAhead = (at: string): boolean => at.endsWith(" ahead");
    const ahead = await recorder.aside(from, "ahead", ["up", "--to", "alb", "--yes", "--json"], isAhead);
    const destroy = await recorder.run("destroy", ["destroy", "--yes", "--json"], () => true);
    await recorder.cloud.stop();
    return { ups, ahead, destroy, before, snapshots: recorder.snapshots };
  } catch (error) {
    await recorder.cloud.stop();
    for (const snapshot of recorder.snapshots) removeSnapshot(snapshot);
    throw error;
  }
}

/** See code-cache.cjs: every function that the trials will call is called here. */
const keepCompiledCode = { LECTURE05_CODE_CACHE_KEEP: "1" };

class LegRecorder {
  readonly snapshots: CloudSnapshot[] = [];

  constructor(
    private readonly dockerHost: string,
    public cloud: DoubleCloud,
  ) {}

  async run(name: string, args: readonly string[], isOwn: (step: string) => boolean): Promise<RecordedLeg> {
    const from = await this.cloud.intoSnapshot();
    this.snapshots.push(from);
    this.cloud = await DoubleCloud.start(from);
    return this.record(this.cloud, from, name, args, isOwn);
  }

  /** From a place that is past, leaving alone where the recording stands. */
  async aside(
    from: CloudSnapshot,
    name: string,
    args: readonly string[],
    isOwn: (step: string) => boolean,
  ): Promise<RecordedLeg> {
    const cloud = await DoubleCloud.start(from);
    try {
      return await this.record(cloud, from, name, args, isOwn);
    } finally {
      await cloud.stop();
    }
  }

  private async record(
    cloud: DoubleCloud,
    from: CloudSnapshot,
    name: string,
    args: readonly string[],
    isOwn: (step: string) => boolean,
  ): Promise<RecordedLeg> {
    const run = await runCli(cloud, this.dockerHost, args, undefined, keepCompiledCode);
    if (run.code !== 0) {
      throw new Error(`the undisturbed ${args.join(" ")} ended with ${run.code}\n${run.stdout}\n${run.stderr}`);
    }
    const points = run.points.filter(({ point }) => isOwn(point.split(" | ")[0] ?? ""));
    return { name, args, from, to: settledNow(cloud), points };
  }
}
