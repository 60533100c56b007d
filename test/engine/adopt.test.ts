import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { adopt } from "../../src/engine/adopt.ts";
import { reconcile } from "../../src/engine/reconcile.ts";
import { up } from "../../src/engine/run.ts";
import { verify } from "../../src/engine/verify.ts";
import type { Session } from "../../src/engine/session.ts";
import { Lecture05Error } from "../../src/errors.ts";
import { modulesOf } from "../../src/state/modules.ts";
import { readState } from "../../src/state/read.ts";
import type { StepName } from "../../src/steps/names.ts";
import { openToySession, ToyCloud, toyStep } from "../support/memory-session.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

function toy() {
  const directory = temporaryDirectory();
  const cloud = new ToyCloud();
  const ec2 = toyStep("ec2", [], cloud);
  const puma = toyStep("puma", ["ec2"], cloud);
  const socket = toyStep("puma-socket", ["puma"], cloud);
  ec2.facts = ({ id }) => ({
    url: `http://${id}.test`,
    hosts: [{ instanceId: id, availabilityZone: "ap-northeast-1a", privateIp: "10.5.1.10" }],
  });
  return { directory, cloud, ec2, puma, socket, steps: [ec2, puma, socket] };
}

async function inSession<T>(setup: ReturnType<typeof toy>, work: (session: Session) => Promise<T>) {
  const session = openToySession(setup.directory, setup.steps);
  try {
    return { result: await work(session), events: session.events };
  } finally {
    session.close();
  }
}

const statuses = (directory: string) =>
  readState(directory)
    ?.steps.map(({ name, status }) => [name, status])
    .slice(0, 3);
const outcomes = (events: readonly { type: string; step?: StepName; outcome?: string }[]) =>
  events.flatMap((event) => (event.type === "step.finished" ? [[event.step, event.outcome]] : []));
const fileIn = (directory: string): string => join(directory, "state.json");

describe("adopt", () => {
  it("rebuilds what a lost state knew, and an up after it has nothing to do", async () => {
    const setup = toy();
    setup.puma.modules = async () => [
      { name: "ruby", version: "3.3", manager: "apt", requested: true, instanceId: "ec2-1", step: "puma" },
      { name: "bash", version: "5.2", manager: "apt", requested: false, instanceId: "ec2-1" },
    ];
    setup.socket.modules = (ctx, output) => setup.puma.modules(ctx, output);
    await inSession(setup, (session) => up(session));
    const before = readState(setup.directory);
    rmSync(setup.directory, { recursive: true });

    const { result, events } = await inSession(setup, adopt);
    expect(result).toEqual({ adopted: ["ec2", "puma", "puma-socket"], failed: [] });
    const after = readState(setup.directory);
    const facts = (state: typeof before) =>
      state && {
        url: state.url,
        hosts: state.hosts,
        resources: state.resources.map(({ type, name, step, id }) => ({ type, name, step, id })),
        steps: state.steps.map(({ name, status, checks, output }) => ({ name, status, checks, output })),
        modules: modulesOf(state).map(({ name, version }) => ({ name, version })),
      };
    expect(facts(after)).toEqual(facts(before));
    // What the host remembers holds; what it does not was there before anything else.
    expect(after && modulesOf(after).map(({ name, step }) => [name, step])).toEqual([
      ["ruby", "puma"],
      ["bash", "ec2"],
    ]);
    expect(events.filter(({ type }) => type === "resource.found")).toHaveLength(3);
    expect(events[0]).toMatchObject({ type: "run.started", command: "adopt" });
    expect(events.at(-1)).toMatchObject({ type: "run.finished", outcome: "done", url: "http://ec2-1.test" });

    const second = await inSession(setup, (session) => up(session));
    expect(second.result.applied).toEqual([]);
    expect(setup.cloud.made).toBe(3);
  });

  it("leaves a step that is not there, or only in part, to the next up", async () => {
    const setup = toy();
    await inSession(setup, (session) => up(session, { to: "puma" }));
    rmSync(setup.directory, { recursive: true });
    const { events } = await inSession(setup, adopt);
    expect(outcomes(events)).toEqual([
      ["ec2", "adopted"],
      ["puma", "adopted"],
      ["puma-socket", "absent"],
    ]);
    expect(statuses(setup.directory)?.[2]).toEqual(["puma-socket", "pending"]);
    expect((await inSession(setup, (session) => up(session))).result.applied).toEqual(["puma-socket"]);
  });

  it("records a step that does not hold what it is to prove as failed, and goes on", async () => {
    const setup = toy();
    await inSession(setup, (session) => up(session));
    rmSync(setup.directory, { recursive: true });
    setup.puma.check = { ...setup.puma.check, observed: "no", ok: false };
    const { result, events } = await inSession(setup, adopt);
    expect(result.failed).toEqual(["puma"]);
    expect(outcomes(events)).toEqual([
      ["ec2", "adopted"],
      ["puma", "failed"],
      ["puma-socket", "adopted"],
    ]);
    const record = readState(setup.directory)?.steps[1];
    expect(record).toMatchObject({ status: "failed", error: { code: "STEP_CHECK_FAILED" } });
    expect(record?.checks).toMatchObject([{ observed: "no" }]);
  });

  it("goes on past a step that cannot be looked at, and says why", async () => {
    const setup = toy();
    await inSession(setup, (session) => up(session));
    rmSync(setup.directory, { recursive: true });
    const words = { en: "SSM does not reach the host", ja: "SSM からホストに接続できません" };
    setup.puma.adopt = async () => {
      throw new Lecture05Error("INSTANCE_NOT_MANAGED", { what: words });
    };
    const { result, events } = await inSession(setup, adopt);
    expect(result).toEqual({ adopted: ["ec2", "puma-socket"], failed: ["puma"] });
    expect(events.find((event) => event.type === "step.finished" && event.step === "puma")).toMatchObject({
      outcome: "failed",
      error: { code: "INSTANCE_NOT_MANAGED", what: words },
    });
  });

  it("does not prove what a later step took over", async () => {
    const setup = toy();
    Object.assign(setup.puma, { supersededBy: "puma-socket" });
    await inSession(setup, (session) => up(session));
    rmSync(setup.directory, { recursive: true });
    setup.puma.check = { ...setup.puma.check, ok: false };
    expect((await inSession(setup, adopt)).result.failed).toEqual([]);
    expect((await inSession(setup, (session) => verify(session))).result.failed).toBe(0);
  });

  it("over a state that is there keeps what is still true, and drops what is gone", async () => {
    const setup = toy();
    await inSession(setup, (session) => up(session));
    setup.cloud.things.delete("puma-socket-3");
    await inSession(setup, adopt);
    expect(readState(setup.directory)?.resources.map(({ id }) => id)).toEqual(["ec2-1", "puma-2"]);
    expect(statuses(setup.directory)?.[2]).toEqual(["puma-socket", "pending"]);
  });

  it("stops at an interrupt, and can be run again", async () => {
    const setup = toy();
    await inSession(setup, (session) => up(session));
    rmSync(setup.directory, { recursive: true });
    const controller = new AbortController();
    const look = setup.puma.adopt.bind(setup.puma);
    setup.puma.adopt = async (ctx) => {
      controller.abort();
      return look(ctx);
    };
    const session = openToySession(setup.directory, setup.steps, controller);
    await expect(adopt(session)).rejects.toMatchObject({ code: "INTERRUPTED" });
    session.close();
    expect(session.events.at(-1)).toMatchObject({ type: "run.finished", outcome: "interrupted" });
    setup.puma.adopt = look;
    expect((await inSession(setup, adopt)).result.failed).toEqual([]);
    expect(statuses(setup.directory)?.map(([, status]) => status)).toEqual(["done", "done", "done"]);
  });
});

describe("up over a doubtful state", () => {
  it("that was restored from its copy finds what happened since", async () => {
    const setup = toy();
    await inSession(setup, (session) => up(session, { to: "ec2" }));
    const old = readFileSync(fileIn(setup.directory), "utf8");
    await inSession(setup, (session) => up(session));
    // The copy is as old as it can be, and the file is gone.
    writeFileSync(join(setup.directory, "state.backup.json"), old);
    truncateSync(fileIn(setup.directory), 0);
    await inSession(setup, (session) => up(session));
    expect(setup.cloud.made).toBe(3);
    expect(
      readState(setup.directory)
        ?.resources.map(({ id }) => id)
        .toSorted(),
    ).toEqual(["ec2-1", "puma-2", "puma-socket-3"]);
    expect(statuses(setup.directory)?.map(([, status]) => status)).toEqual(["done", "done", "done"]);
  });

  it("that was edited believes what exists, not what was written", async () => {
    const setup = toy();
    await inSession(setup, (session) => up(session));
    const text = readFileSync(fileIn(setup.directory), "utf8");
    writeFileSync(fileIn(setup.directory), text.replaceAll("ec2-1", "ec2-edited").replaceAll("puma-2", "puma-edited"));
    const { result } = await inSession(setup, (session) => up(session));
    expect(result.applied).toEqual([]);
    const state = readState(setup.directory);
    expect(JSON.stringify(state)).not.toContain("edited");
    expect(state?.steps[0]?.output).toEqual({ id: "ec2-1" });
    expect(state?.hosts[0]?.instanceId).toBe("ec2-1");
  });

  it("marks a step as in need of another run whose resources are gone", async () => {
    const setup = toy();
    await inSession(setup, (session) => up(session));
    setup.cloud.things.delete("puma-socket-3");
    await inSession(setup, reconcile);
    expect(statuses(setup.directory)?.[2]).toEqual(["puma-socket", "stale"]);
  });
});

it("up and plan ask for every name they need before anything is made", async () => {
  const setup = toy();
  const taken = new Lecture05Error("NAME_TAKEN", { what: { en: "The name is taken", ja: "名前は使用中です" } });
  setup.socket.requireNames = async () => {
    throw taken;
  };
  const session = openToySession(setup.directory, setup.steps);
  await expect(up(session)).rejects.toBe(taken);
  session.close();
  expect(setup.cloud.made).toBe(0);
  expect(session.events.at(-1)).toMatchObject({ type: "run.finished", outcome: "failed" });
});
