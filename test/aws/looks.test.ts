import { describe, expect, it } from "vitest";
import { Looks, tellingWaits } from "../../src/aws/looks.ts";

function start() {
  let nowMs = 0;
  let asked = 0;
  const looks = new Looks(() => new Date(nowMs));
  const look = (question = "hosts"): Promise<number> => looks.share(question, async () => ++asked);
  return { looks, look, pass: (ms: number) => (nowMs += ms) };
}

describe("a look at AWS", () => {
  it("is shared by those who ask the same, also at the same time", async () => {
    const { looks, look } = start();
    expect(await Promise.all([look(), look()])).toEqual([1, 1]);
    for (const operation of ["DescribeVpcs", "GetRole", "ListBuckets"]) looks.noteCall(operation);
    expect(await look()).toBe(1);
    expect(await look("other hosts")).toBe(2);
  });

  it.each(["RunInstances", "SendCommand", "CreateTags", "PutBucketTagging", "AssumeRole"])(
    "is made anew after %s",
    async (operation) => {
      const { looks, look } = start();
      await look();
      looks.noteCall(operation);
      expect(await look()).toBe(2);
    },
  );

  it("does not answer who asked before a change and is answered after it", async () => {
    const { looks, look } = start();
    const early = look();
    looks.noteCall("TerminateInstances");
    expect([await look(), await early]).toEqual([2, 1]);
    expect(await look()).toBe(2);
  });

  it("is made anew after a wait, and after a while", async () => {
    const { looks, look, pass } = start();
    await look();
    await tellingWaits({ sleep: async (_ms: number) => {} }, looks).sleep(200);
    expect(await look()).toBe(2);
    pass(2_999);
    expect(await look()).toBe(2);
    pass(1);
    expect(await look()).toBe(3);
  });

  it("that failed is nobody else's answer", async () => {
    const { looks, look } = start();
    await expect(looks.share("hosts", () => Promise.reject(new Error("throttled")))).rejects.toThrow("throttled");
    expect(await look()).toBe(1);
  });
});
