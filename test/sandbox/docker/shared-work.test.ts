import { describe, expect, it } from "vitest";
import { onceItWorks, sharedPerVpc } from "../../../src/sandbox/docker/shared-work.ts";

describe("onceItWorks", () => {
  it("tries again after a failure, and keeps the first success", async () => {
    let calls = 0;
    const get = onceItWorks(async () => {
      calls++;
      if (calls === 1) throw new Error("no engine yet");
      return calls;
    });
    await expect(get()).rejects.toThrow("no engine yet");
    expect(await Promise.all([get(), get(), get()])).toEqual([2, 2, 2]);
  });
});

describe("sharedPerVpc", () => {
  it("does one at a time per VPC, and anew when that one is over", async () => {
    const opened: string[] = [];
    const open = sharedPerVpc(async ({ vpcId }) => {
      await Promise.resolve();
      opened.push(vpcId);
    });
    const network = (vpcId: string) => ({ vpcId, cidr: "10.5.0.0/16" });
    await Promise.all([open(network("a")), open(network("a")), open(network("b"))]);
    expect(opened).toEqual(["a", "b"]);
    await open(network("a"));
    expect(opened).toEqual(["a", "b", "a"]);
  });
});
