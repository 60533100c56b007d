import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { destroy } from "../../src/engine/destroy.ts";
import { up } from "../../src/engine/run.ts";
import type { Found, SweepAnswer } from "../../src/ports/sweep.ts";
import { readState } from "../../src/state/read.ts";
import { openToySession, ToyCloud, toyStep } from "../support/memory-session.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const answer = (found: readonly Found[], failure?: unknown): SweepAnswer => ({
  service: "ec2",
  subject: "vpcs",
  calls: [{ operation: "DescribeVpcs", requestId: "r" }],
  found,
  ...(failure === undefined ? {} : { failure }),
});

/** Three steps that are done, and a sweep that sees what is really there. */
async function standing(controller = new AbortController()) {
  const directory = temporaryDirectory();
  const cloud = new ToyCloud();
  const steps = [
    toyStep("ec2", [], cloud),
    toyStep("puma", ["ec2"], cloud),
    toyStep("puma-socket", ["puma"], cloud),
  ] as const;
  const slept: number[] = [];
  const session = openToySession(directory, steps, controller);
  const clock = { ...session.clock, sleep: async (ms: number) => void slept.push(ms) };
  await up(session);
  session.events.length = 0;
  const sweep = async (): Promise<SweepAnswer[]> => [
    answer([...cloud.things.keys()].map((id) => ({ type: "ec2:vpc", id }))),
  ];
  return { directory, cloud, steps, session: { ...session, clock }, slept, sweep, controller };
}

const statuses = (directory: string) =>
  readState(directory)
    ?.steps.slice(0, 3)
    .map(({ status }) => status);

describe("destroy", () => {
  it("undoes everything and retires the state", async () => {
    const { directory, session, cloud, sweep } = await standing();
    const result = await destroy(session, sweep);
    expect(result).toMatchObject({ deleted: 3, kept: [] });
    expect(cloud.things.size).toBe(0);
    expect(readState(directory)).toBeUndefined();
    expect(session.events.at(-1)).toMatchObject({ type: "run.finished", outcome: "done", left: 0, kept: [] });
  });

  it("goes on after a failure and lists what is left, with the step's reason", async () => {
    const { directory, session, cloud, steps, sweep, slept } = await standing();
    const reason = { en: "in use by eni-1", ja: "使用中です: eni-1" };
    steps[1].destroy = async () => ({
      deleted: [],
      leftovers: [{ type: "ec2:vpc", id: "puma-2", reason, blockers: [] }],
    });
    await expect(destroy(session, sweep)).rejects.toMatchObject({
      code: "DESTROY_INCOMPLETE",
      detail: { what: { en: "1 resource is left" }, why: { en: "ec2:vpc puma-2: in use by eni-1" } },
    });
    expect([...cloud.things.keys()]).toEqual(["puma-2"]);
    expect(statuses(directory)).toEqual(["pending", "done", "pending"]);
    expect(session.events.at(-1)).toMatchObject({ type: "run.finished", outcome: "failed", left: 1 });
    // The step has told why, so there is nothing to wait for.
    expect(slept).toEqual([]);
  });

  it("goes on when a step throws, and says so on a line of its own, without inventing a resource", async () => {
    const { session, cloud, steps, sweep } = await standing();
    steps[1].destroy = async () => {
      throw new TypeError("no such thing");
    };
    await expect(destroy(session, sweep)).rejects.toMatchObject({
      detail: {
        what: { en: "1 resource is left", ja: "1 個のリソースが残っています" },
        why: { en: "ec2:vpc puma-2: still exists\nstep puma: TypeError: no such thing" },
      },
    });
    expect([...cloud.things.keys()]).toEqual(["puma-2"]);
    const finished = session.events.filter(({ type }) => type === "step.finished");
    expect(finished).toMatchObject([
      { step: "puma-socket", outcome: "destroyed" },
      { step: "puma", outcome: "failed", error: { code: "BUG", message: "TypeError: no such thing" } },
      { step: "ec2", outcome: "destroyed" },
    ]);
  });

  it("trusts the sweep, not the steps: what was planted behind their back is found", async () => {
    const { session, cloud, steps, sweep, slept } = await standing();
    cloud.make("planted", "t");
    await expect(destroy(session, sweep)).rejects.toMatchObject({
      code: "DESTROY_INCOMPLETE",
      detail: { why: { en: "ec2:vpc planted-4: still exists" } },
    });
    // Lists of AWS lag behind, so it looked again before it said so.
    expect(slept).toEqual([1000, 2000, 4000, 8000]);
    expect(steps).toHaveLength(3);
  });

  it("waits for a list that lags behind", async () => {
    const { session, cloud, sweep, slept } = await standing();
    const ghost = cloud.make("ghost", "t");
    const ask = async (): Promise<SweepAnswer[]> => {
      if (slept.length === 2) cloud.things.delete(ghost);
      return sweep();
    };
    expect((await destroy(session, ask)).deleted).toBe(3);
    expect(slept).toEqual([1000, 2000]);
  });

  it("does not say that nothing is left when a question has no answer", async () => {
    const { session } = await standing();
    const denied = Object.assign(new Error("no"), { name: "AccessDenied" });
    await expect(destroy(session, async () => [answer([]), answer([], denied)])).rejects.toMatchObject({
      code: "DESTROY_INCOMPLETE",
      detail: {
        what: { en: "It is not proved that nothing is left: 1 questions of the sweep have no answer" },
        why: { en: "ec2 vpcs: no answer: AccessDenied: no" },
      },
    });
    expect(session.events.at(-1)).toMatchObject({ outcome: "failed", left: 0 });
  });

  it("says that AWS cannot be asked when it answers nothing at all", async () => {
    const { session } = await standing();
    const gone = new Error("connect ECONNREFUSED");
    await expect(destroy(session, async () => [answer([], gone), answer([], gone)])).rejects.toBe(gone);
    expect(session.events.at(-1)).not.toHaveProperty("left");
  });

  it("tells what somebody else tagged from what it could not delete", async () => {
    const { session, sweep } = await standing();
    const ask = async () => [...(await sweep()), answer([{ type: "ec2:snapshot", id: "snap-1" }])];
    await expect(destroy(session, ask)).rejects.toMatchObject({
      detail: {
        why: { en: expect.stringContaining("snap-1: carries the stack's tag, but no step made it") as string },
      },
    });
  });

  it("keeps the state of what was kept by request, so that a later command finds it", async () => {
    const { directory, session, steps, cloud, sweep } = await standing();
    steps[2].destroy = async (_ctx, options) => ({
      deleted: [],
      leftovers: [],
      kept: options.keepBucket ? [{ type: "s3:bucket", id: "puma-socket-3", objects: 2, sizeBytes: 5 }] : [],
    });
    const release = { release: "0123456789ab", recipe: "x" };
    session.store.state.deployment = { current: release, previous: release, hosts: {}, records: [] };
    const result = await destroy(session, sweep, { keepBucket: true, deleteData: false });
    expect(result.kept).toHaveLength(1);
    expect([...cloud.things.keys()]).toEqual(["puma-socket-3"]);
    const state = readState(directory);
    expect(state?.resources.map(({ id }) => id)).toEqual(["puma-socket-3"]);
    expect(state?.steps.map(({ status }) => status)).toEqual(state?.steps.map(() => "pending"));
    // Of hosts that are gone: a rollback on new ones would look for it in vain.
    expect(session.store.state.deployment).toBeUndefined();
    expect(session.events.at(-1)).toMatchObject({ outcome: "done", left: 0, kept: [{ id: "puma-socket-3" }] });
    const text = readFileSync(join(result.certificate ?? "", "certificate.txt"), "utf8");
    expect(text).toContain("s3:bucket puma-socket-3 (2 objects, 5 bytes)");
    expect(text).toContain("lecture05 destroy --stack toy");
  });

  it("makes nothing twice after a kept bucket: what went gets new client tokens", async () => {
    const { session, steps, sweep } = await standing();
    steps[2].destroy = async () => ({
      deleted: [],
      leftovers: [],
      kept: [{ type: "s3:bucket", id: "puma-socket-3", objects: 0, sizeBytes: 0 }],
    });
    const { state } = session.store;
    // Recorded, and gone before anybody could delete it.
    state.resources.push({ ...state.resources[0]!, name: "vanished", id: "vanished-9" });
    await destroy(session, sweep, { keepBucket: true, deleteData: false });
    expect(state.attempts).toEqual({ "ec2:vpc ec2": 1, "ec2:vpc puma": 1, "ec2:vpc vanished": 1 });
  });

  it("stops at an interrupt between two steps, records and says so", async () => {
    const controller = new AbortController();
    const { directory, session, steps, cloud, sweep } = await standing(controller);
    const original = steps[1].destroy.bind(steps[1]);
    steps[1].destroy = (ctx, options) => {
      controller.abort();
      return original(ctx, options);
    };
    await expect(destroy(session, sweep)).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect([...cloud.things.keys()]).toEqual(["ec2-1"]);
    expect(statuses(directory)).toEqual(["done", "pending", "pending"]);
    expect(session.events.at(-1)).toMatchObject({ type: "run.finished", outcome: "interrupted" });
  });
});
