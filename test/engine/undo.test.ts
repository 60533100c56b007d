import { describe, expect, it } from "vitest";
import { restoreLeftovers } from "../../src/engine/undo.ts";
import { Lecture05Error } from "../../src/errors.ts";
import type { Ports } from "../../src/ports/index.ts";
import { readState } from "../../src/state/read.ts";
import type { UndoAction } from "../../src/state/undo.ts";
import { openToySession, ToyCloud, toyStep } from "../support/memory-session.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const document = { Version: "2012-10-17" as const, Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
const policy: UndoAction = { kind: "role-policy", roleName: "toy-host", policyName: "p", document };

/** A role whose policy can be put back, and what was done to it. */
function world() {
  const calls: string[] = [];
  const answers = { refuse: undefined as Error | undefined, roleIsThere: true };
  const ports = {
    identity: {
      findRole: async () => (answers.roleIsThere ? { name: "toy-host" } : undefined),
      putInlinePolicy: async (role: string, name: string, given: unknown) => {
        if (answers.refuse) throw answers.refuse;
        calls.push(`${role} ${name} ${JSON.stringify(given)}`);
      },
    },
  };
  return { calls, answers, ports: ports as unknown as Ports };
}

function start(directory = temporaryDirectory(), controller = new AbortController()) {
  const { calls, answers, ports } = world();
  const step = toyStep("s3", [], new ToyCloud());
  const session = openToySession(directory, [step], controller, ports);
  const ctx = session.contextFor(step);
  const kinds = (): string[] => session.events.map(({ type }) => type).filter((type) => type.startsWith("part."));
  return { directory, controller, calls, answers, session, ctx, kinds };
}

const restored = `toy-host p ${JSON.stringify(document)}`;
const refusal = new Lecture05Error("ACCESS_DENIED", { what: { en: "no", ja: "不可" } });

describe("without", () => {
  it("has what puts it right on disk while the work runs, and restores it afterwards", async () => {
    const { directory, ctx, calls, kinds } = start();
    const seen = await ctx.without([policy], async () => {
      expect(calls).toEqual([]);
      expect(kinds()).toEqual(["part.off"]);
      return readState(directory)?.undo;
    });
    expect(seen).toMatchObject([{ step: "s3", action: policy }]);
    expect(calls).toEqual([restored]);
    expect(kinds()).toEqual(["part.off", "part.on"]);
    expect(readState(directory)).not.toHaveProperty("undo");
  });

  it("leaves to the work what it restores itself, unless it fails", async () => {
    const { ctx, calls } = start();
    await ctx.without([policy], async () => {}, { restoredByWork: true });
    expect(calls).toEqual([]);
    const failing = ctx.without([policy], () => Promise.reject(new Error("lost")), { restoredByWork: true });
    await expect(failing).rejects.toThrow("lost");
    expect(calls).toEqual([restored]);
  });

  it("restores after an interruption, although every wait of the work has ended", async () => {
    const { ctx, controller, calls, session, directory } = start();
    const put = session.ports.identity.putInlinePolicy.bind(session.ports.identity);
    session.ports.identity.putInlinePolicy = async (...given) => {
      // As an adapter that polls would.
      await session.clock.sleep(1);
      return put(...given);
    };
    const work = ctx.without([policy], async () => {
      controller.abort();
      await session.clock.sleep(60_000);
    });
    await expect(work).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(calls).toEqual([restored]);
    expect(readState(directory)).not.toHaveProperty("undo");
    await expect(session.clock.sleep(1)).rejects.toMatchObject({ code: "INTERRUPTED" });
  });

  it("keeps the record and says so when restoring fails; the work's own failure is what is thrown", async () => {
    const { ctx, answers, kinds, directory } = start();
    answers.refuse = refusal;
    await expect(ctx.without([policy], async () => "well")).rejects.toBe(refusal);
    await expect(ctx.without([policy], () => Promise.reject(new Error("first")))).rejects.toThrow("first");
    expect(kinds()).toEqual(["part.off", "part.left", "part.off", "part.left"]);
    expect(readState(directory)?.undo).toHaveLength(2);
  });

  it("does not fail a proof because of a record in the application that stays", async () => {
    const { ctx, session, kinds, directory } = start();
    const http = { request: async () => ({ kind: "refused" as const, message: "ECONNREFUSED" }) };
    Object.assign(session.ports, { http });
    const fruit: UndoAction = { kind: "fruit", url: "http://127.0.0.1:1", name: "lecture05 check 1" };
    expect(await ctx.without([fruit], async () => "well")).toBe("well");
    expect(kinds()).toEqual(["part.left"]);
    expect(readState(directory)?.undo).toMatchObject([{ action: fruit }]);
  });
});

describe("what a killed command left", () => {
  /** The state as a command leaves it that was killed while the policy was away. */
  async function killed() {
    const first = start();
    void first.ctx.without([policy], () => new Promise(() => {}));
    await expect.poll(() => readState(first.directory)?.undo?.length).toBe(1);
    first.session.lock?.release();
    return start(first.directory);
  }

  it("is restored by the next session, once, and told with its time", async () => {
    const { session, calls, directory } = await killed();
    const since = readState(directory)?.undo?.[0]?.since;
    await restoreLeftovers(session);
    await restoreLeftovers(session);
    expect(calls).toEqual([restored]);
    expect(session.events.filter(({ type }) => type === "part.on")).toMatchObject([{ step: "s3", leftSince: since }]);
    expect(readState(directory)).not.toHaveProperty("undo");
  });

  it("is restored in the reverse order of its going: what went last may be what the others need", async () => {
    const { session, calls } = await killed();
    const outer = { ...policy, policyName: "outer" };
    const since = new Date(0).toISOString();
    session.store.state.undo?.unshift({ step: "s3", since, action: outer });
    await restoreLeftovers(session);
    expect(calls.map((call) => call.split(" ")[1])).toEqual(["p", "outer"]);
  });

  it("does not hold up the next command when it cannot be restored yet, and stays recorded", async () => {
    const { session, answers, directory } = await killed();
    answers.refuse = refusal;
    await restoreLeftovers(session);
    expect(session.events.at(-1)).toMatchObject({ type: "part.left", reason: { en: "no" } });
    expect(readState(directory)?.undo).toHaveLength(1);
  });

  it("needs nothing when what it was part of is gone", async () => {
    const { session, answers, calls, directory } = await killed();
    answers.roleIsThere = false;
    await restoreLeftovers(session);
    expect(calls).toEqual([]);
    expect(readState(directory)).not.toHaveProperty("undo");
  });
});
