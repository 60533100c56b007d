import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCompute } from "../../src/aws/compute.ts";
import type { InstanceRequest } from "../../src/ports/compute.ts";
import { makeProfile, named, stand, startStack, type Standing, type TestStack } from "./stack.ts";

let stack: TestStack;
let standing: Standing;
beforeEach(async () => {
  stack = await startStack();
  standing = await stand(stack);
});
afterEach(() => stack.stop());

const waitMs = 5000;

async function request(overrides: Partial<InstanceRequest> = {}): Promise<InstanceRequest> {
  return {
    imageId: await stack.compute.resolveImage("/aws/service/debian/release/13/latest/amd64"),
    instanceType: "t3.small",
    subnetId: standing.subnetIds[0],
    groupIds: [standing.groupId],
    instanceProfileName: "mine-host",
    userData: "#!/bin/sh\necho 日本\n",
    volumeSizeGib: 20,
    clientToken: "token-1",
    ...overrides,
  };
}

describe("compute", () => {
  it("runs an instance that is as it should be", async () => {
    await makeProfile(stack);
    const made = await stack.compute.runInstance(named("host-1"), await request());
    const running = await stack.compute.waitUntilRunning(made.id, waitMs);
    expect(running).toMatchObject({
      id: made.id,
      name: "host-1",
      state: "running",
      instanceType: "t3.small",
      subnetId: standing.subnetIds[0],
      groupIds: [standing.groupId],
      imdsv2Required: true,
      tags: { "lecture05:stack": "mine", "lecture05:step": "ec2", Name: "mine-host-1" },
    });
    expect(running.privateIp).toMatch(/^10\.5\.1\./);
    expect(running.publicIp).toBeDefined();
    const volumes = await stack.compute.findVolumes(running.volumeIds);
    expect(volumes).toEqual([{ id: running.volumeIds[0], encrypted: true, type: "gp3", sizeGib: 20 }]);
    expect(stack.sandbox.runtime.hosts.get(made.id)?.userData).toBe("#!/bin/sh\necho 日本\n");
    expect(await stack.compute.findInstances("mine")).toEqual([running]);
    expect(await stack.compute.findInstances("somebody-else")).toEqual([]);
  });

  it("asks for no volumes when there are none to ask for", async () => {
    expect(await stack.compute.findVolumes([])).toEqual([]);
    expect(stack.calls.some(({ operation }) => operation === "DescribeVolumes")).toBe(false);
  });

  it("returns the instance that the first call made when the token repeats", async () => {
    await makeProfile(stack);
    const first = await stack.compute.runInstance(named("host-1"), await request());
    const again = await stack.compute.runInstance(named("host-1"), await request());
    expect(again.id).toBe(first.id);
    expect(await stack.compute.findInstances("mine")).toHaveLength(1);
  });

  it("waits for a profile that EC2 does not know yet", async () => {
    const launching = stack.compute.runInstance(named("host-1"), await request());
    const refusals = () => stack.calls.filter(({ operation, error }) => operation === "RunInstances" && error).length;
    while (refusals() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await makeProfile(stack);
    expect((await launching).id).toMatch(/^i-/);
  });

  it("gives up on a profile that never comes, with EC2's own words", async () => {
    let now = 0;
    const clock = {
      now: () => new Date(now),
      sleep: (ms: number) => {
        now += ms;
        return Promise.resolve();
      },
    };
    const compute = createCompute(stack.clients, { clock, pollMs: 20_000, callerAddressUrl: "" });
    await expect(compute.runInstance(named("host-1"), await request())).rejects.toMatchObject({
      code: "WAIT_TIMED_OUT",
      detail: { why: { en: expect.stringMatching(/^After 60 s: .*mine-host/) } },
    });
  });

  it("does not wait for what will not change", async () => {
    await makeProfile(stack);
    await expect(
      stack.compute.runInstance(named("host-1"), await request({ subnetId: "subnet-0123456789abcdef0" })),
    ).rejects.toMatchObject({ name: "InvalidSubnetID.NotFound" });
  });

  it("says why an instance never ran", async () => {
    await makeProfile(stack);
    stack.sandbox.runtime.failNext.set("launchHost", new Error("no room"));
    const made = await stack.compute.runInstance(named("host-1"), await request());
    await expect(stack.compute.waitUntilRunning(made.id, waitMs)).rejects.toMatchObject({
      code: "AWS_REQUEST_FAILED",
      detail: { why: { en: expect.stringMatching(/^(terminated|shutting-down): ./) } },
    });
  });

  it("starts what was stopped, notes tags, and terminates twice", async () => {
    await makeProfile(stack);
    const { compute } = stack;
    const { id } = await compute.runInstance(named("host-1"), await request());
    await compute.waitUntilRunning(id, waitMs);
    const { StopInstancesCommand } = await import("@aws-sdk/client-ec2");
    await (await stack.clients.ec2()).send(new StopInstancesCommand({ InstanceIds: [id] }));
    // It may still be stopping; starting waits for that.
    await compute.startInstance(id);
    await compute.waitUntilRunning(id, waitMs);

    await compute.tagInstance(id, { "lecture05:recipe:puma": "0a1b" });
    await compute.tagInstance(id, { "lecture05:recipe:puma": "2c3d" });
    expect((await compute.findInstances("mine"))[0]?.tags["lecture05:recipe:puma"]).toBe("2c3d");

    expect(await compute.terminateInstance(id)).toBe("deleted");
    await compute.waitUntilTerminated(id, waitMs);
    expect(await compute.findInstances("mine")).toEqual([]);
    expect(await compute.terminateInstance("i-0123456789abcdef0")).toBe("absent");
    await compute.waitUntilTerminated("i-0123456789abcdef0", waitMs);
  });
});
