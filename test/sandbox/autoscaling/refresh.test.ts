import {
  CancelInstanceRefreshCommand,
  DescribeInstanceRefreshesCommand,
  RollbackInstanceRefreshCommand,
  StartInstanceRefreshCommand,
  UpdateAutoScalingGroupCommand,
  type InstanceRefresh,
  type RefreshPreferences,
} from "@aws-sdk/client-auto-scaling";
import { beforeEach, describe, expect, it } from "vitest";
import { describeInstance } from "../ec2/ec2-sandbox.ts";
import { Scaled } from "./support.ts";

let scaled: Scaled;
const AutoScalingGroupName = "web";

beforeEach(async () => {
  scaled = await Scaled.start();
});

const version = (Version: string) => ({ LaunchTemplate: { LaunchTemplateId: scaled.templateId, Version } });
const start = async (Preferences: RefreshPreferences, Version?: string): Promise<string> => {
  const { InstanceRefreshId = "" } = await scaled.auto.send(
    new StartInstanceRefreshCommand({
      AutoScalingGroupName,
      Preferences,
      ...(Version === undefined ? {} : { DesiredConfiguration: version(Version) }),
    }),
  );
  return InstanceRefreshId;
};
const refresh = async (): Promise<InstanceRefresh | undefined> => {
  const { InstanceRefreshes } = await scaled.auto.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }));
  return InstanceRefreshes?.[0];
};
const versions = async (): Promise<string[]> =>
  (await scaled.instances())
    .filter(({ LifecycleState }) => LifecycleState === "InService")
    .map(({ LaunchTemplate }) => LaunchTemplate?.Version ?? "");

/** Two instances behind a load balancer, whose health counts, and a second version of their template. */
async function serve(): Promise<void> {
  const TargetGroupARNs = [await scaled.balance(0)];
  await scaled.create({ TargetGroupARNs, HealthCheckType: "ELB", HealthCheckGracePeriod: 10 });
  await scaled.look({ times: 2 });
  await scaled.nextVersion();
  // The members are older than what comes now.
  await scaled.look({ later: 1 });
}

describe("an instance refresh", () => {
  it("launches before it terminates, one after another, and waits for warm-up, health and bake time", async () => {
    await serve();
    const before = await scaled.serving();
    const preferences = { MinHealthyPercentage: 100, MaxHealthyPercentage: 110, InstanceWarmup: 20, BakeTime: 30 };
    await start(preferences, "2");
    expect(await refresh()).toMatchObject({ Status: "Pending", PercentageComplete: 0 });
    await scaled.look({ times: 4 });
    expect(await refresh()).toMatchObject({ Status: "InProgress", InstancesToUpdate: 2, Preferences: preferences });
    // The third is warming up; both old ones serve.
    expect(await versions()).toEqual(["1", "1", "2"]);
    await scaled.look({ later: 21, times: 2 });
    expect((await refresh())?.PercentageComplete).toBe(50);
    expect((await versions()).filter((it) => it === "1")).toHaveLength(1);
    expect((await scaled.serving()).length).toBeGreaterThanOrEqual(2);
    await scaled.look({ times: 3 });
    await scaled.look({ later: 21, times: 4 });
    expect(await versions()).toEqual(["2", "2"]);
    expect(await refresh()).toMatchObject({ Status: "Baking" });
    expect((await scaled.group())?.LaunchTemplate?.Version).toBe("1");
    await scaled.look({ later: 31 });
    expect(await refresh()).toMatchObject({ Status: "Successful", PercentageComplete: 100, InstancesToUpdate: 0 });
    expect((await scaled.group())?.LaunchTemplate?.Version).toBe("2");
    const now = await scaled.serving();
    expect(now.filter((id) => before.includes(id))).toEqual([]);
    for (const id of now) expect((await describeInstance(scaled.sandbox.ec2, id)).InstanceType).toBe("t3.medium");
    const causes = (await scaled.activities()).map(({ Cause }) => Cause ?? "").join("\n");
    expect(causes).toContain("in response to an instance refresh");
  });

  it("replaces one at a time when it may not launch more, and passes over what is as it should be", async () => {
    await scaled.create({ DesiredCapacity: 2 });
    await scaled.look({ times: 2 });
    await scaled.look({ later: 1 });
    await start({ SkipMatching: true });
    await scaled.look({ times: 3 });
    expect(await refresh()).toMatchObject({ Status: "Successful" });
    const before = await scaled.serving();
    await start({ InstanceWarmup: 0 });
    let fewest = 2;
    for (let time = 0; time < 12 && (await refresh())?.Status !== "Successful"; time += 1) {
      await scaled.look();
      fewest = Math.min(fewest, (await scaled.serving()).length);
    }
    expect(fewest).toBe(1);
    expect(await refresh()).toMatchObject({ Status: "Successful" });
    expect((await scaled.serving()).filter((id) => before.includes(id))).toEqual([]);
    expect(await scaled.serving()).toHaveLength(2);
  });

  it("goes back to the version before when a new instance does not become healthy", async () => {
    await serve();
    const before = await scaled.serving();
    await start({ MinHealthyPercentage: 100, MaxHealthyPercentage: 110, InstanceWarmup: 30, AutoRollback: true }, "2");
    await scaled.look({ times: 3 });
    const fresh = (await scaled.instances()).find(({ LaunchTemplate }) => LaunchTemplate?.Version === "2");
    const { PrivateIpAddress: ip = "" } = await describeInstance(scaled.sandbox.ec2, fresh?.InstanceId ?? "");
    scaled.targets.set(ip, { status: "DOWN", check: "L7STS", code: 500, lastchg: 999 });
    await scaled.look({ later: 11, times: 6 });
    const ended = await refresh();
    expect(ended).toMatchObject({
      Status: "RollbackSuccessful",
      StatusReason: expect.stringContaining(`${fresh?.InstanceId} was found unhealthy`) as string,
      RollbackDetails: { RollbackReason: expect.stringContaining("unhealthy") as string },
    });
    expect(await versions()).toEqual(["1", "1"]);
    // The old ones served all the time.
    expect((await scaled.serving()).toSorted()).toEqual(before.toSorted());
    expect((await scaled.group())?.LaunchTemplate?.Version).toBe("1");
  });

  it("fails without auto rollback, and brings back what it replaced when a user asks for it", async () => {
    await serve();
    await start({ MinHealthyPercentage: 0, InstanceWarmup: 0 }, "2");
    scaled.runtime.failNext.set("launchHost", new Error("no space left on device"));
    await scaled.look({ times: 5 });
    expect(await refresh()).toMatchObject({
      Status: "Failed",
      StatusReason: expect.stringContaining("no space left") as string,
    });
    await scaled.look({ later: 5, times: 4 });
    await scaled.look({ later: 1 });
    await start({ MinHealthyPercentage: 0, InstanceWarmup: 0, BakeTime: 600 }, "2");
    await scaled.look({ later: 1, times: 6 });
    expect(await versions()).toEqual(["2", "2"]);
    expect((await refresh())?.Status).toBe("Baking");
    await scaled.look({ later: 1 });
    await scaled.auto.send(new RollbackInstanceRefreshCommand({ AutoScalingGroupName }));
    await scaled.look({ later: 1, times: 8 });
    expect(await refresh()).toMatchObject({ Status: "RollbackSuccessful" });
    expect(await versions()).toEqual(["1", "1"]);
  });

  it("is one at a time, can be cancelled, and refuses what it could not undo", async () => {
    await serve();
    await expect(start({ AutoRollback: true })).rejects.toThrow("Auto rollback needs a desired configuration");
    await expect(start({ AutoRollback: true }, "$Latest")).rejects.toThrow("Auto rollback needs");
    await expect(start({ MinHealthyPercentage: 101 })).rejects.toThrow("MinHealthyPercentage");
    await expect(start({ CheckpointPercentages: [50] })).rejects.toThrow("does not support checkpoints");
    const none = scaled.auto.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName }));
    await expect(none).rejects.toMatchObject({ name: "ActiveInstanceRefreshNotFoundFault" });
    const id = await start({ InstanceWarmup: 600 }, "$Latest");
    await expect(start({})).rejects.toMatchObject({ name: "InstanceRefreshInProgressFault" });
    const rollback = scaled.auto.send(new RollbackInstanceRefreshCommand({ AutoScalingGroupName }));
    await expect(rollback).rejects.toMatchObject({ name: "IrreversibleInstanceRefreshFault" });
    const LaunchTemplate = version("2").LaunchTemplate;
    const update = scaled.auto.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, LaunchTemplate }));
    await expect(update).rejects.toThrow("active instance refresh");
    await scaled.look({ times: 4 });
    const cancelled = await scaled.auto.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName }));
    expect(cancelled.InstanceRefreshId).toBe(id);
    expect((await versions()).toSorted()).toEqual(["1", "2"]);
    await scaled.look({ later: 700, times: 4 });
    expect(await refresh()).toMatchObject({ Status: "Cancelled" });
    expect((await versions()).toSorted()).toEqual(["1", "2"]);
  });
});
