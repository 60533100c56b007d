import { describe, expect, it } from "vitest";
import { applyStep, up } from "../../src/engine/run.ts";
import { Lecture05Error } from "../../src/errors.ts";
import { openToySession, ToyCloud, toyStep } from "../support/memory-session.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

/** ec2, puma, alb; the last one has something to begin after the first. */
function toy() {
  const cloud = new ToyCloud();
  const controller = new AbortController();
  const [ec2, puma, alb] = [
    toyStep("ec2", [], cloud),
    toyStep("puma", ["ec2"], cloud),
    toyStep("alb", ["puma"], cloud),
  ];
  let begun = 0;
  const ahead = {
    after: "ec2",
    async begin(ctx: Parameters<typeof alb.apply>[0]) {
      begun += 1;
      await alb.apply(ctx);
    },
  } as const;
  const steps = [ec2, puma, { ...alb, ahead }];
  const directory = temporaryDirectory();
  const open = () => openToySession(directory, steps, controller);
  return { cloud, open, ec2, puma, alb, controller, begun: () => begun };
}

const shortly = (events: readonly { type: string; step?: string; outcome?: string }[]): string[] =>
  events.flatMap(({ type, step = "", outcome = "" }) =>
    ["step.ahead", "resource.created", "step.finished"].includes(type) ? [`${type} ${step} ${outcome}`.trim()] : [],
  );

describe("what takes AWS minutes", () => {
  it("is begun while hosts are prepared, made once, and done and proved at its own step", async () => {
    const { open, cloud } = toy();
    const session = open();
    await up(session);
    session.close();
    expect(shortly(session.events)).toEqual([
      "resource.created ec2",
      "step.finished ec2 done",
      "step.ahead alb",
      "resource.created alb",
      "resource.created puma",
      "step.finished puma done",
      "step.finished alb done",
    ]);
    expect(cloud.made).toBe(3);
  });

  it("is not begun by a run that is to be sequential, that ends before it, or that is of one step", async () => {
    const { open, begun } = toy();
    const session = open();
    await up(session, { to: "puma" });
    await applyStep(session, "alb");
    session.close();
    const other = toy();
    const sequential = other.open();
    await up(sequential, { sequential: true });
    sequential.close();
    expect([begun(), other.begun()]).toEqual([0, 0]);
    expect(shortly(sequential.events)).not.toContain("step.ahead alb");
  });

  it("is not begun again by a run that goes on, nor where no host has anything to do meanwhile", async () => {
    const { open, puma, begun } = toy();
    puma.fail = new Lecture05Error("REMOTE_COMMAND_FAILED", { what: { en: "no", ja: "いいえ" } });
    const first = open();
    await expect(up(first)).rejects.toThrow("no");
    first.close();
    expect(begun()).toBe(1);
    puma.fail = undefined;
    const second = open();
    await up(second);
    second.close();
    expect(begun()).toBe(1);

    const other = toy();
    const session = other.open();
    await up(session, { to: "puma" });
    await up(session);
    session.close();
    expect(other.begun()).toBe(0);
  });

  it("that AWS refuses is told at once and fails at its own step only", async () => {
    const { open, alb } = toy();
    alb.fail = new Lecture05Error("NAME_TAKEN", { what: { en: "taken", ja: "使用済み" } });
    const session = open();
    await expect(up(session)).rejects.toMatchObject({ code: "NAME_TAKEN" });
    session.close();
    expect(shortly(session.events)).toEqual([
      "resource.created ec2",
      "step.finished ec2 done",
      "step.ahead alb",
      "step.ahead alb",
      "resource.created puma",
      "step.finished puma done",
      "step.finished alb failed",
    ]);
    expect(session.events.findLast(({ type }) => type === "step.ahead")).toMatchObject({ reason: { en: "taken" } });
    expect(session.recordOf("puma").status).toBe("done");
  });

  it("ends at a Ctrl-C, and a bug is not swallowed", async () => {
    const { open, alb, controller } = toy();
    alb.onApply = () => {
      alb.onApply = () => {};
      alb.fail = new TypeError("a bug of ours");
    };
    const session = open();
    await expect(up(session)).rejects.toThrow("a bug of ours");
    alb.fail = undefined;
    alb.onApply = () => controller.abort();
    await expect(up(session)).rejects.toMatchObject({ code: "INTERRUPTED" });
    session.close();
    expect(session.recordOf("puma").status).toBe("pending");
  });
});
