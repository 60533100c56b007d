import { describe, expect, it } from "vitest";
import { up } from "../../src/engine/run.ts";
import { verify } from "../../src/engine/verify.ts";
import { readState } from "../../src/state/read.ts";
import type { Check } from "../../src/steps/step.ts";
import { openToySession, ToyCloud, toyStep } from "../support/memory-session.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

async function applied() {
  const directory = temporaryDirectory();
  const cloud = new ToyCloud();
  const ec2 = toyStep("ec2", [], cloud);
  const puma = toyStep("puma", ["ec2"], cloud);
  const socket = toyStep("puma-socket", ["puma"], cloud);
  const session = openToySession(directory, [ec2, puma, socket]);
  await up(session);
  session.events.length = 0;
  const outcomes = () =>
    session.events.flatMap((event) => (event.type === "step.finished" ? [[event.step, event.outcome, event.by]] : []));
  const told = () =>
    session.events.flatMap((event) =>
      event.type === "check"
        ? [`${event.step} ${event.check.name}`]
        : event.type.startsWith("part.")
          ? [event.type]
          : [],
    );
  return { directory, ec2, puma, socket, session, outcomes, told };
}

const wrong = { ok: false, observed: "no" };
const seen = (name: string, ok = true): Check => ({
  name,
  title: { en: name, ja: name },
  expected: "yes",
  observed: "yes",
  ok,
});

describe("verify", () => {
  it("finds what broke after it was proved, and names the step that took over from another", async () => {
    const { directory, puma, ec2, session, outcomes } = await applied();
    Object.assign(ec2, { supersededBy: "puma-socket" });
    puma.check = { ...puma.check, ...wrong };
    expect(await verify(session)).toEqual({ failed: 1, checked: 1 });
    expect(outcomes()).toEqual([
      ["ec2", "superseded", "puma-socket"],
      ["puma", "failed", undefined],
      ["puma-socket", "done", undefined],
    ]);
    expect(readState(directory)?.steps[1]?.status).toBe("failed");
  });

  it("finds it the second time, too, and not the superseded step in its place", async () => {
    const { puma, ec2, session, outcomes } = await applied();
    Object.assign(ec2, { supersededBy: "puma" });
    puma.check = { ...puma.check, ...wrong };
    await verify(session);
    session.events.length = 0;
    expect(await verify(session)).toEqual({ failed: 1, checked: 1 });
    expect(outcomes()[0]).toEqual(["ec2", "superseded", "puma"]);
    puma.check = seen("there");
    expect(await verify(session, { only: "puma" })).toEqual({ failed: 0, checked: 1 });
  });

  it("asks all steps at the same time and tells of them in their order", async () => {
    const { ec2, puma, socket, session, told } = await applied();
    const started: string[] = [];
    let letGo = (): void => {};
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    for (const step of [ec2, puma, socket]) {
      step.verify = async () => {
        started.push(step.name);
        if (started.length === 3) letGo();
        // The first would wait for ever if the others came after it.
        await gate;
        return [step.check];
      };
    }
    expect(await verify(session)).toEqual({ failed: 0, checked: 3 });
    expect(told()).toEqual(["ec2 there", "puma there", "puma-socket there"]);
  });

  it("ends with the interruption, and not before everything that looks has ended", async () => {
    const { ec2, puma, session } = await applied();
    let ended = false;
    puma.verify = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      ended = true;
      return [puma.check];
    };
    const { interrupted } = await import("../../src/engine/interrupt.ts");
    ec2.verify = () => Promise.reject(interrupted());
    await expect(verify(session)).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(ended).toBe(true);
  });

  it("says that a step which was never carried out is missing", async () => {
    const { session, socket } = await applied();
    Object.assign(session.recordOf(socket.name), { status: "pending" });
    await expect(verify(session, { only: "puma-socket" })).rejects.toMatchObject({ code: "STEP_REQUIREMENT_MISSING" });
  });
});

describe("verify --break", () => {
  it("breaks each step only after every step has looked, and tells of each check when it is made", async () => {
    const { ec2, puma, socket, session, told, directory } = await applied();
    const looked: string[] = [];
    for (const step of [ec2, puma, socket]) {
      step.verify = async () => {
        await new Promise((resolve) => setTimeout(resolve, step === socket ? 30 : 1));
        looked.push(step.name);
        return [step.check];
      };
    }
    ec2.breakAndRestore = async (_ctx, _output, tell) => {
      expect(looked).toHaveLength(3);
      tell(seen("refused"));
      session.sink({ type: "part.on", step: "ec2", part: { en: "x", ja: "x" } });
      tell(seen("well-again"));
    };
    expect(await verify(session, { breaking: true })).toEqual({ failed: 0, checked: 5 });
    expect(told()).toEqual([
      "ec2 there",
      "ec2 refused",
      "part.on",
      "ec2 well-again",
      "puma there",
      "puma-socket there",
    ]);
    expect(readState(directory)?.steps[0]?.checks.map(({ name }) => name)).toEqual(["there", "refused", "well-again"]);
  });

  it("does not break what is ill already", async () => {
    const { ec2, session } = await applied();
    let broken = 0;
    ec2.breakAndRestore = async () => void broken++;
    ec2.check = { ...ec2.check, ...wrong };
    await verify(session, { breaking: true });
    expect(broken).toBe(0);
    ec2.check = seen("there");
    await verify(session);
    expect(broken).toBe(0);
    await verify(session, { breaking: true });
    expect(broken).toBe(1);
  });

  it("fails when the expected failure did not come", async () => {
    const { ec2, session } = await applied();
    ec2.breakAndRestore = async (_ctx, _output, tell) => tell(seen("refused", false));
    expect(await verify(session, { breaking: true, only: "ec2" })).toEqual({ failed: 1, checked: 0 });
  });
});
