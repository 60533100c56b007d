import { describe, expect, it } from "vitest";
import { Lecture05Error } from "../../src/errors.ts";
import { interrupted } from "../../src/engine/interrupt.ts";
import type { Blocker } from "../../src/ports/blocker.ts";
import type { DeleteResult } from "../../src/ports/identity.ts";
import type { StepContext } from "../../src/steps/step.ts";
import { tearDown, type Removal } from "../../src/steps/tear-down.ts";

/** What tearDown asks of a step's context, with time that passes only by sleeping. */
function context() {
  const controller = new AbortController();
  const gone: string[] = [];
  const said: string[] = [];
  let nowMs = 0;
  const clock = {
    now: () => new Date(nowMs),
    sleep: async (ms: number) => {
      if (controller.signal.aborted) throw interrupted();
      nowMs += ms;
    },
  };
  const record = { gone: async (_type: string, id: string) => void gone.push(id) };
  const ctx = {
    stack: "mine",
    signal: controller.signal,
    clock,
    record,
    progress: ({ en }: { en: string }) => void said.push(en),
  };
  return { ctx: ctx as unknown as StepContext, record, controller, gone, said, waitedMs: () => nowMs };
}

const eni = (id: string, more: Partial<Blocker> = {}): Blocker => ({
  type: "ec2:network-interface",
  id,
  description: "",
  ...more,
});

function removal(id: string, results: DeleteResult[], more: Partial<Removal> = {}): Removal {
  return { type: "ec2:subnet", id, remove: async () => results.shift() ?? "in-use", ...more };
}

describe("tearDown", () => {
  it("takes already gone for success, and goes on after a failure", async () => {
    const { ctx, gone } = context();
    const fails = removal("b", [], { remove: () => Promise.reject(new RangeError("no")) });
    const outcome = await tearDown(ctx, [removal("a", ["absent"]), fails, removal("c", ["deleted"])]);
    expect(outcome.deleted).toEqual([{ type: "ec2:subnet", id: "c" }]);
    expect(gone).toEqual(["a", "c"]);
    expect(outcome.leftovers).toEqual([
      { type: "ec2:subnet", id: "b", reason: { en: "RangeError: no", ja: "RangeError: no" }, blockers: [] },
    ]);
  });

  it("gives an error's own words in both languages", async () => {
    const { ctx } = context();
    const detail = { what: { en: "what", ja: "なに" }, why: { en: "why", ja: "なぜ" } };
    const remove = () => Promise.reject(new Lecture05Error("WAIT_TIMED_OUT", detail));
    const { leftovers } = await tearDown(ctx, [removal("a", [], { remove })]);
    expect(leftovers[0]?.reason).toEqual({ en: "what: why", ja: "なに: なぜ" });
  });

  it("tries again while something that passes is in the way, and says for what it waits", async () => {
    const { ctx, said, waitedMs } = context();
    // Ten times every second, then every five seconds.
    const results: DeleteResult[] = [...Array.from({ length: 68 }, () => "in-use" as const), "deleted"];
    const blockers = async () => [eni("eni-1", { description: "ELB app/mine/1", owner: "amazon-elb" })];
    const { leftovers } = await tearDown(ctx, [removal("a", results, { blockers, passes: () => true })]);
    expect(leftovers).toEqual([]);
    expect(waitedMs()).toBe(300_000);
    expect(said).toEqual([
      "deleting ec2:subnet a",
      'ec2:subnet a is in use by network interface eni-1 "ELB app/mine/1" (of amazon-elb)',
    ]);
  });

  it.each([
    ["something that passes", [eni("eni-1")], true, 600],
    ["something that stays", [eni("eni-1")], false, 10],
    ["nothing that can be seen", [], false, 120],
  ])("gives up on %s with a reason and the time", async (_label, found, passes, seconds) => {
    const { ctx, waitedMs } = context();
    const { leftovers } = await tearDown(ctx, [
      removal("a", [], { blockers: async () => found, passes: () => passes }),
    ]);
    expect(waitedMs()).toBe(seconds * 1000);
    expect(leftovers[0]?.blockers).toEqual(found);
    expect(leftovers[0]?.reason.en).toMatch(new RegExp(`^in use.*; waited ${seconds} s$`));
    expect(leftovers[0]?.reason.ja).toMatch(new RegExp(`^使用中です.*\\(${seconds} 秒待ちました\\)$`));
  });

  it("does not wait for what could not be deleted itself, nor twice for the same thing", async () => {
    const { ctx, waitedMs } = context();
    const inWay = async () => [eni("eni-1")];
    const behind = async () => [{ ...eni("subnet-1"), type: "ec2:subnet" }];
    const { leftovers } = await tearDown(ctx, [
      removal("subnet-1", [], { blockers: inWay }),
      removal("subnet-2", [], { blockers: inWay }),
      { ...removal("vpc-1", [], { blockers: behind }), type: "ec2:vpc" },
    ]);
    expect(leftovers.map(({ id }) => id)).toEqual(["subnet-1", "subnet-2", "vpc-1"]);
    expect(waitedMs()).toBe(10_000);
    expect(leftovers[2]?.reason.en).toBe("in use by subnet subnet-1 (not made by lecture05)");
  });

  it("does not wait for an interface of an instance that could not be terminated", async () => {
    const { ctx, waitedMs } = context();
    const reason = { en: "termination protection", ja: "終了保護" };
    const instance = { type: "ec2:instance", id: "i-1", reason, blockers: [] };
    const blockers = async () => [eni("eni-1", { owner: "i-1" })];
    const { leftovers } = await tearDown(ctx, [removal("a", [], { blockers, passes: () => true })], [instance]);
    expect(waitedMs()).toBe(0);
    expect(leftovers[0]?.reason.en).toContain("network interface eni-1 (of i-1");
  });

  it("says that it is in use also to who may not look by what", async () => {
    const { ctx } = context();
    const blockers = () => Promise.reject(new Error("UnauthorizedOperation"));
    const { leftovers } = await tearDown(ctx, [removal("a", [], { blockers })]);
    expect(leftovers[0]?.reason.en).toBe("in use, AWS does not show by what; waited 120 s");
  });

  it("goes on when the state cannot be saved: what is gone is gone", async () => {
    const { ctx, record } = context();
    const full = new Error("ENOSPC");
    record.gone = () => Promise.reject(full);
    const outcome = await tearDown(ctx, [removal("a", ["deleted"]), removal("b", ["deleted"])]);
    expect(outcome.deleted.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(outcome).toMatchObject({ leftovers: [], failures: [full, full] });
  });

  it("begins nothing new after a Ctrl-C", async () => {
    const { ctx, controller, gone } = context();
    const last = removal("a", [], {
      remove: async () => {
        controller.abort();
        return "deleted";
      },
    });
    const never = removal("b", [], { remove: () => Promise.reject(new Error("must not be called")) });
    await expect(tearDown(ctx, [last, never])).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(gone).toEqual(["a"]);
  });
});
