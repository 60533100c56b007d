import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyStep, up } from "../../src/engine/run.ts";
import { readLock } from "../../src/state/find-worker.ts";
import { readState } from "../../src/state/read.ts";
import { openToySession, ToyCloud, toyStep } from "../support/memory-session.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

function toy() {
  const directory = temporaryDirectory();
  const cloud = new ToyCloud();
  const ec2 = toyStep("ec2", [], cloud);
  const puma = toyStep("puma", ["ec2"], cloud);
  const socket = toyStep("puma-socket", ["puma"], cloud);
  return { directory, cloud, ec2, puma, socket, steps: [ec2, puma, socket] };
}

describe("up", () => {
  it("applies, proves and records every step in order", async () => {
    const { directory, steps } = toy();
    const session = openToySession(directory, steps);
    expect((await up(session)).applied).toEqual(["ec2", "puma", "puma-socket"]);
    session.close();
    const state = readState(directory);
    expect(state?.steps.slice(0, 3).map(({ name, status, checks }) => [name, status, checks.length])).toEqual([
      ["ec2", "done", 1],
      ["puma", "done", 1],
      ["puma-socket", "done", 1],
    ]);
    expect(state?.resources.map(({ id, step }) => [id, step])).toEqual([
      ["ec2-1", "ec2"],
      ["puma-2", "puma"],
      ["puma-socket-3", "puma-socket"],
    ]);
  });

  it("does nothing the second time", async () => {
    const { directory, steps } = toy();
    const first = openToySession(directory, steps);
    await up(first);
    first.close();
    const second = openToySession(directory, steps);
    expect((await up(second)).applied).toEqual([]);
    second.close();
    const outcomes = second.events.flatMap((event) => (event.type === "step.finished" ? [event.outcome] : []));
    expect(outcomes).toEqual(["up-to-date", "up-to-date", "up-to-date"]);
  });

  it("begins anew on a host that took another's place: no step counts on what a later one did on the old host", async () => {
    const { directory, cloud, ec2, puma, socket, steps } = toy();
    Object.assign(puma, { supersededBy: "puma-socket" });
    ec2.facts = ({ id }) => ({ hosts: [{ instanceId: id, availabilityZone: "a", privateIp: "10.5.1.10" }] });
    const first = openToySession(directory, steps);
    await up(first);
    first.close();

    cloud.things.clear();
    const proved: string[] = [];
    for (const step of [puma, socket]) {
      step.verify = async () => {
        proved.push(step.name);
        // Like the socket's proof on a host on which Puma still listens on TCP.
        return [{ ...step.check, ok: cloud.find(step.name) !== undefined }];
      };
    }
    const second = openToySession(directory, steps);
    expect((await up(second)).applied).toEqual(["ec2", "puma", "puma-socket"]);
    second.close();
    expect(proved).toEqual(["puma", "puma-socket"]);
    expect(readState(directory)?.hosts.map(({ instanceId }) => instanceId)).toEqual([cloud.find("ec2")]);
  });

  it("stops at --to", async () => {
    const { directory, steps } = toy();
    const session = openToySession(directory, steps);
    expect((await up(session, { to: "puma" })).applied).toEqual(["ec2", "puma"]);
    session.close();
  });

  it("goes on at the step that failed", async () => {
    const { directory, steps, puma, cloud } = toy();
    puma.check = { ...puma.check, ok: false, observed: "no" };
    const first = openToySession(directory, steps);
    await expect(up(first)).rejects.toMatchObject({ code: "STEP_CHECK_FAILED" });
    first.close();
    expect(readState(directory)?.steps[1]).toMatchObject({ status: "failed", error: { code: "STEP_CHECK_FAILED" } });

    puma.check = { ...puma.check, ok: true, observed: "yes" };
    const second = openToySession(directory, steps);
    expect((await up(second)).applied).toEqual(["puma", "puma-socket"]);
    second.close();
    expect(cloud.things.size).toBe(3);
  });

  it("makes nothing twice when it is cut off between the call and the record", async () => {
    const { directory, steps, ec2, cloud } = toy();
    const cut = new Error("cut off");
    const make = cloud.make.bind(cloud);
    cloud.make = (name, token) => {
      make(name, token);
      throw cut;
    };
    const first = openToySession(directory, steps);
    await expect(up(first)).rejects.toBe(cut);
    first.close();
    const intent = readState(directory)?.resources[0];
    expect(intent).toMatchObject({ name: "ec2" });
    expect(intent?.id).toBeUndefined();

    // The worst case: observing does not see it yet (eventual consistency), so only the client token helps.
    cloud.make = make;
    const find = cloud.find.bind(cloud);
    cloud.find = () => undefined;
    const second = openToySession(directory, [ec2]);
    await up(second);
    second.close();
    expect(cloud.things.size).toBe(1);
    cloud.find = find;
    expect(await ec2.plan(second.contextFor(ec2))).toEqual([]);
  });

  it("looks again for what a run that was cut off may have made, where a second one would be made without a word", async () => {
    const { directory, ec2 } = toy();
    const resource = { type: "ec2:vpc", name: "vpc" } as const;
    const idOf = ({ id }: { id: string }): string => id;
    const first = openToySession(directory, [ec2]);
    const cutOff = first.contextFor(ec2).record.create(resource, () => Promise.reject(new Error("cut off")), idOf);
    await expect(cutOff).rejects.toThrow("cut off");
    first.close();

    const second = openToySession(directory, [ec2]);
    const { record } = second.contextFor(ec2);
    let looks = 0;
    // AWS's list lags behind: the first look does not see it yet.
    const find = async (): Promise<{ id: string } | undefined> => (++looks < 2 ? undefined : { id: "vpc-1" });
    const create = (): Promise<{ id: string }> => Promise.reject(new Error("a second one"));
    await expect(record.create({ ...resource, find }, create, idOf)).resolves.toEqual({ id: "vpc-1" });
    // Of what was never begun nothing can be late.
    const other = { type: "ec2:subnet", name: "public-a", find } as const;
    await expect(record.create(other, async () => ({ id: "subnet-1" }), idOf)).resolves.toEqual({ id: "subnet-1" });
    expect(looks).toBe(2);
    second.close();
    expect(readState(directory)?.resources.map(({ id }) => id)).toEqual(["vpc-1", "subnet-1"]);
  });

  it("uses a new client token for a successor of something that is gone", async () => {
    const { directory, ec2, cloud } = toy();
    const tokens: string[] = [];
    for (let round = 0; round < 2; round++) {
      const session = openToySession(directory, [ec2]);
      await up(session);
      tokens.push([...cloud.things.values()][0]?.token ?? "");
      await ec2.destroy(session.contextFor(ec2), { keepBucket: false, deleteData: false });
      await session.save();
      session.close();
    }
    expect(new Set(tokens).size).toBe(2);
  });

  it("stops at an interrupt, records and frees the lock", async () => {
    const { directory, steps, puma } = toy();
    const controller = new AbortController();
    puma.onApply = () => controller.abort();
    const session = openToySession(directory, steps, controller);
    await expect(up(session)).rejects.toMatchObject({ code: "INTERRUPTED" });
    session.close();
    expect(readLock(directory)).toBeUndefined();
    expect(session.events.at(-1)).toMatchObject({ type: "run.finished", outcome: "interrupted" });
    expect(
      readState(directory)
        ?.steps.slice(0, 2)
        .map(({ status }) => status),
    ).toEqual(["done", "failed"]);
  });

  it("logs the steps", async () => {
    const { directory, steps } = toy();
    const session = openToySession(directory, steps);
    await up(session);
    session.close();
    const log = readFileSync(join(directory, "worklog.ndjson"), "utf8").trim().split("\n");
    expect(log.filter((line) => line.includes('"kind":"step"'))).toHaveLength(6);
  });
});

describe("step", () => {
  it("refuses when a requirement is missing, and names it", async () => {
    const { directory, steps } = toy();
    const session = openToySession(directory, steps);
    await expect(applyStep(session, "puma-socket")).rejects.toMatchObject({
      code: "STEP_REQUIREMENT_MISSING",
      detail: { why: { en: "Not done yet: puma" } },
    });
    session.close();
  });
});
