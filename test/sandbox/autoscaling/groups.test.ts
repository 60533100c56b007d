import {
  AttachLoadBalancerTargetGroupsCommand,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DeleteTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeLoadBalancerTargetGroupsCommand,
  DescribeTagsCommand,
  DetachLoadBalancerTargetGroupsCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
  SetInstanceProtectionCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { DeleteLaunchTemplateCommand, StopInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { DescribeTargetHealthCommand, ModifyTargetGroupCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { describeInstance } from "../ec2/ec2-sandbox.ts";
import { Scaled, startScaledSandbox, zones } from "./support.ts";
import { lookAtAll } from "../../../src/sandbox/autoscaling/keeper.ts";

let scaled: Scaled;
const AutoScalingGroupName = "web";

beforeEach(async () => {
  scaled = await Scaled.start();
});

const zonesOf = async (): Promise<string[]> =>
  (await scaled.instances()).map(({ AvailabilityZone = "" }) => AvailabilityZone).toSorted();
const setDesired = (DesiredCapacity: number) =>
  scaled.auto.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }));
const registered = async (): Promise<Record<string, string | undefined>> => {
  const { TargetHealthDescriptions = [] } = await scaled.elb.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: scaled.targetGroupArn }),
  );
  return Object.fromEntries(TargetHealthDescriptions.map((it) => [it.Target?.Id, it.TargetHealth?.State]));
};

describe("a group", () => {
  it("launches what is desired, evenly over the zones, with template and tags, and says what it did", async () => {
    await scaled.create({
      DesiredCapacity: 4,
      Tags: [
        { Key: "lecture05:stack", Value: "s", PropagateAtLaunch: true },
        { Key: "own", Value: "x", PropagateAtLaunch: false },
      ],
    });
    expect(await scaled.group()).toMatchObject({ DesiredCapacity: 4, Instances: [], HealthCheckType: "EC2" });
    await scaled.look();
    await scaled.look();
    expect(await scaled.group()).toMatchObject({
      AvailabilityZones: zones,
      LaunchTemplate: { LaunchTemplateName: "web", Version: "1" },
      Tags: [{ Key: "lecture05:stack", PropagateAtLaunch: true }, { Key: "own" }],
    });
    expect(await zonesOf()).toEqual([zones[0], zones[0], zones[1], zones[1]]);
    const [first] = await scaled.serving();
    expect((await describeInstance(scaled.sandbox.ec2, first ?? "")).Tags).toEqual(
      expect.arrayContaining([
        { Key: "lecture05:stack", Value: "s" },
        { Key: "aws:autoscaling:groupName", Value: "web" },
        { Key: "aws:ec2launchtemplate:version", Value: "1" },
      ]),
    );
    const activities = await scaled.activities();
    expect(activities).toHaveLength(4);
    for (const activity of activities) {
      expect(activity).toMatchObject({ StatusCode: "Successful", Progress: 100 });
      expect(activity.Description).toMatch(/^Launching a new EC2 instance: i-/);
      expect(activity.Cause).toMatch(
        /a user request created an AutoScalingGroup changing the desired capacity from 0 to 4/,
      );
    }
    const { AutoScalingInstances } = await scaled.auto.send(
      new DescribeAutoScalingInstancesCommand({ InstanceIds: [first ?? ""] }),
    );
    expect(AutoScalingInstances).toMatchObject([{ AutoScalingGroupName, HealthStatus: "HEALTHY" }]);
    const Filters = [{ Name: "tag:lecture05:stack", Values: ["s"] }];
    const { AutoScalingGroups } = await scaled.auto.send(new DescribeAutoScalingGroupsCommand({ Filters }));
    expect(AutoScalingGroups).toHaveLength(1);
  });

  it("refuses what Auto Scaling would refuse, and what the sandbox cannot do", async () => {
    const refused = async (message: RegExp, more: Partial<CreateAutoScalingGroupCommandInput>) =>
      expect(scaled.create(more)).rejects.toMatchObject({
        name: "ValidationError",
        message: expect.stringMatching(message) as string,
      });
    await refused(/must be between the specified min size/, { DesiredCapacity: 9 });
    await refused(/min bound/, { MinSize: 5 });
    await refused(/launch template/, { LaunchTemplate: { LaunchTemplateName: "none" } });
    await refused(/launch template/, { LaunchTemplate: { LaunchTemplateId: scaled.templateId, Version: "7" } });
    await refused(/does not exist/, { VPCZoneIdentifier: "subnet-0" });
    await refused(/do not match/, { AvailabilityZones: ["ap-northeast-1d"] });
    await refused(/Target Groups/, { TargetGroupARNs: ["arn:none"] });
    await refused(/does not support MaxInstanceLifetime/, { MaxInstanceLifetime: 86_400 });
    await scaled.create();
    await expect(scaled.create()).rejects.toMatchObject({ name: "AlreadyExistsFault" });
    await expect(setDesired(5)).rejects.toThrow("above max value 4");
    await expect(setDesired(0)).rejects.toThrow("below min value 1");
    await expect(
      scaled.auto.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: "none", DesiredCapacity: 1 })),
    ).rejects.toThrow("AutoScalingGroup name not found");
  });

  it("grows and shrinks, from the fullest zone, the oldest first, and not who is protected", async () => {
    await scaled.create({ DesiredCapacity: 3 });
    await scaled.look({ times: 2 });
    await setDesired(4);
    await scaled.look({ later: 1, times: 2 });
    expect(await scaled.serving()).toHaveLength(4);
    const inA = (await scaled.instances()).filter(({ AvailabilityZone }) => AvailabilityZone === zones[0]);
    const InstanceIds = inA.slice(0, 1).map(({ InstanceId = "" }) => InstanceId);
    await scaled.auto.send(
      new SetInstanceProtectionCommand({ AutoScalingGroupName, InstanceIds, ProtectedFromScaleIn: true }),
    );
    await scaled.auto.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 0, MaxSize: 2, HealthCheckGracePeriod: 5 }),
    );
    await scaled.look({ times: 3 });
    expect(await scaled.group()).toMatchObject({ DesiredCapacity: 2, MaxSize: 2, HealthCheckGracePeriod: 5 });
    expect(await zonesOf()).toEqual([...zones]);
    expect(await scaled.serving()).toEqual(expect.arrayContaining(InstanceIds));
    const [last] = await scaled.activities();
    expect(last?.Cause).toMatch(/min: 0, max: 2, desired: 2 changing the desired capacity from 4 to 2.*shrinking/);
  });

  it("moves to other zones, launching there before it terminates here", async () => {
    await scaled.create({ VPCZoneIdentifier: scaled.subnetIds[0] });
    await scaled.look({ times: 2 });
    expect(await zonesOf()).toEqual([zones[0], zones[0]]);
    const VPCZoneIdentifier = scaled.subnetIds.join(",");
    await scaled.auto.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, VPCZoneIdentifier }));
    await scaled.look();
    expect(await zonesOf()).toEqual([zones[0], zones[0], zones[1]]);
    await scaled.look({ times: 4 });
    expect(await zonesOf()).toEqual([...zones]);
  });

  it("waits longer after each launch that fails, tries another zone, and says why", async () => {
    await scaled.create({ DesiredCapacity: 1 });
    scaled.runtime.failNext.set("launchHost", new Error("no space left on device"));
    await scaled.look({ times: 3 });
    expect(await scaled.instances()).toEqual([]);
    expect(await scaled.activities()).toMatchObject([
      { StatusCode: "Failed", StatusMessage: expect.stringContaining("no space left on device") as string },
    ]);
    await scaled.look({ later: 3, times: 2 });
    expect(await zonesOf()).toEqual([zones[1]]);
    await setDesired(2);
    await scaled.sandbox.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: scaled.templateId }));
    await scaled.look({ times: 2 });
    expect(await scaled.serving()).toHaveLength(1);
    expect(scaled.sandbox.logged.filter(({ event }) => event === "auto-scaling")).toEqual([]);
  });

  it("has tags of its own", async () => {
    await scaled.create();
    const tag = { ResourceId: "web", ResourceType: "auto-scaling-group", Key: "a" };
    await scaled.auto.send(new CreateOrUpdateTagsCommand({ Tags: [{ ...tag, Value: "b", PropagateAtLaunch: true }] }));
    const Filters = [{ Name: "auto-scaling-group", Values: ["web"] }];
    const { Tags } = await scaled.auto.send(new DescribeTagsCommand({ Filters }));
    expect(Tags).toEqual([{ ...tag, Value: "b", PropagateAtLaunch: true }]);
    await scaled.auto.send(new DeleteTagsCommand({ Tags: [tag] }));
    expect((await scaled.auto.send(new DescribeTagsCommand({}))).Tags).toEqual([]);
  });

  it("goes only without instances, or by force together with them", async () => {
    await scaled.create();
    await scaled.look({ times: 2 });
    const remove = (ForceDelete?: boolean) =>
      scaled.auto.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete }));
    await expect(remove()).rejects.toMatchObject({ name: "ResourceInUseFault" });
    await remove(true);
    expect((await scaled.group())?.Status).toBe("Delete in progress");
    await scaled.look({ times: 3 });
    expect(await scaled.group()).toBeUndefined();
    expect(scaled.runtime.hosts.size).toBe(0);
    expect((await scaled.activities())[0]).toMatchObject({ AutoScalingGroupState: "Deleted" });
  });
});

describe("health", () => {
  it("replaces at once what EC2 says is stopped or terminated, also in the grace period", async () => {
    await scaled.create({ HealthCheckGracePeriod: 300 });
    await scaled.look({ times: 2 });
    const [one = "", two = ""] = await scaled.serving();
    await scaled.sandbox.ec2.send(new StopInstancesCommand({ InstanceIds: [one] }));
    await scaled.sandbox.ec2.send(new TerminateInstancesCommand({ InstanceIds: [two] }));
    await scaled.look({ times: 4 });
    const serving = await scaled.serving();
    expect(serving).toHaveLength(2);
    expect(serving).not.toContain(one);
    expect(serving).not.toContain(two);
    expect(await zonesOf()).toEqual([...zones]);
    const causes = (await scaled.activities()).map(({ Cause }) => Cause ?? "").join("\n");
    expect(causes).toContain("in response to an EC2 health check indicating it has been terminated or stopped");
    expect(causes).toContain("in response to an unhealthy instance needing to be replaced");
  });

  it("replaces a host that was removed behind the sandbox's back", async () => {
    await scaled.create({ DesiredCapacity: 1 });
    await scaled.look({ times: 2 });
    const [gone = ""] = await scaled.serving();
    scaled.runtime.hosts.delete(gone);
    scaled.sandbox.world.ec2.transitions.comparedAt = 0;
    await scaled.look({ times: 3 });
    expect(await scaled.serving()).toHaveLength(1);
    expect(await scaled.serving()).not.toContain(gone);
  });

  it("replaces what the load balancer finds unhealthy only after the grace period, and only when told to", async () => {
    const TargetGroupARNs = [await scaled.balance()];
    await scaled.elb.send(
      new ModifyTargetGroupCommand({ TargetGroupArn: scaled.targetGroupArn, UnhealthyThresholdCount: 2 }),
    );
    await scaled.create({ TargetGroupARNs, HealthCheckType: "ELB", HealthCheckGracePeriod: 60 });
    await scaled.look({ times: 2 });
    expect(Object.values(await registered())).toEqual(["healthy", "healthy"]);
    const [sick = ""] = await scaled.serving();
    const ip = (await describeInstance(scaled.sandbox.ec2, sick)).PrivateIpAddress ?? "";
    scaled.targets.set(ip, { status: "DOWN", check: "L7STS", code: 500, lastchg: 99 });
    await scaled.look();
    expect((await registered())[sick]).toBe("unhealthy");
    expect(await scaled.serving()).toContain(sick);
    await scaled.auto.send(
      new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ["ReplaceUnhealthy"] }),
    );
    await scaled.look({ later: 61 });
    expect((await scaled.instances()).find(({ InstanceId }) => InstanceId === sick)).toMatchObject({
      LifecycleState: "InService",
      HealthStatus: "Unhealthy",
    });
    await scaled.auto.send(new ResumeProcessesCommand({ AutoScalingGroupName }));
    await scaled.look({ times: 2 });
    expect(await scaled.serving()).toHaveLength(2);
    expect(await scaled.serving()).not.toContain(sick);
    // It drains before it goes.
    expect(await registered()).toMatchObject({ [sick]: "draining" });
    expect(scaled.runtime.hosts.has(sick)).toBe(true);
    await scaled.look({ later: 31, times: 2 });
    expect(scaled.runtime.hosts.has(sick)).toBe(false);
    expect(Object.values(await registered())).toEqual(["healthy", "healthy"]);
  });

  it("believes a user who says that an instance is unhealthy, after the grace period", async () => {
    await scaled.create({ DesiredCapacity: 1, HealthCheckGracePeriod: 60 });
    await scaled.look({ times: 2 });
    const [InstanceId = ""] = await scaled.serving();
    const say = (ShouldRespectGracePeriod?: boolean) =>
      scaled.auto.send(
        new SetInstanceHealthCommand({ InstanceId, HealthStatus: "Unhealthy", ShouldRespectGracePeriod }),
      );
    await say();
    await scaled.look({ times: 2 });
    expect(await scaled.serving()).toEqual([InstanceId]);
    await say(false);
    await scaled.look({ times: 3 });
    expect(await scaled.serving()).toHaveLength(1);
    expect(await scaled.serving()).not.toContain(InstanceId);
  });
});

describe("target groups", () => {
  it("are joined and left in the background, with draining", async () => {
    const TargetGroupARNs = [await scaled.balance()];
    await scaled.create();
    await scaled.look({ times: 2 });
    const named = { AutoScalingGroupName, TargetGroupARNs };
    const states = async () => {
      const { LoadBalancerTargetGroups } = await scaled.auto.send(new DescribeLoadBalancerTargetGroupsCommand(named));
      return LoadBalancerTargetGroups?.map(({ State }) => State);
    };
    await scaled.auto.send(new AttachLoadBalancerTargetGroupsCommand(named));
    expect(await states()).toEqual(["Adding"]);
    expect(await registered()).toEqual({});
    await scaled.look();
    expect(await states()).toEqual(["InService"]);
    expect(Object.keys(await registered()).toSorted()).toEqual((await scaled.serving()).toSorted());
    await scaled.auto.send(new DetachLoadBalancerTargetGroupsCommand(named));
    await scaled.look();
    expect(Object.values(await registered())).toEqual(["draining", "draining"]);
    expect(await states()).toEqual([]);
    expect(await scaled.serving()).toHaveLength(2);
  });

  it("let an instance go that a user terminates through the group once it has drained", async () => {
    const TargetGroupARNs = [await scaled.balance()];
    await scaled.create({ TargetGroupARNs });
    await scaled.look({ times: 2 });
    const [InstanceId = ""] = await scaled.serving();
    const terminate = (ShouldDecrementDesiredCapacity: boolean) =>
      scaled.auto.send(new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity }));
    const { Activity } = await terminate(true);
    expect(Activity).toMatchObject({
      Description: `Terminating EC2 instance: ${InstanceId}`,
      StatusCode: "WaitingForELBConnectionDraining",
    });
    await scaled.look({ times: 2 });
    expect(await scaled.group()).toMatchObject({ DesiredCapacity: 1 });
    expect(await registered()).toMatchObject({ [InstanceId]: "draining" });
    expect(scaled.runtime.hosts.size).toBe(2);
    await scaled.look({ later: 31, times: 2 });
    expect(scaled.runtime.hosts.size).toBe(1);
    await expect(terminate(true)).rejects.toThrow("No managed instance found");
    const [last = ""] = await scaled.serving();
    const tooMany = scaled.auto.send(
      new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: last, ShouldDecrementDesiredCapacity: true }),
    );
    await expect(tooMany).rejects.toThrow("desiredSize equals minSize");
  });
});

describe("a daemon that was killed", () => {
  it("goes on where it was: no instance is launched twice, and none is forgotten", async () => {
    const home = temporaryDirectory();
    scaled = await Scaled.start(home);
    await scaled.create();
    const { ec2 } = scaled.sandbox.world;
    // Killed between the record of the launch and what EC2 answers.
    const save = ec2.save.bind(ec2);
    let isKilled = false;
    ec2.save = async () => {
      await save();
      if (isKilled) throw new Error("killed");
    };
    isKilled = true;
    const { autoscaling } = scaled.sandbox.world;
    const note = autoscaling.note.bind(autoscaling);
    autoscaling.note = () => new Promise(() => {});
    void lookAtAll(scaled.sandbox.world);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const [known] = Object.keys(scaled.sandbox.world.ec2.data.instances);
    autoscaling.note = note;

    const after = await startScaledSandbox({ skewMs: 0 }, home);
    expect(Object.values(after.world.autoscaling.data.members)).toHaveLength(2);
    expect(Object.values(after.world.autoscaling.data.members).every((it) => it.instanceId === undefined)).toBe(true);
    await lookAtAll(after.world);
    const members = Object.values(after.world.autoscaling.data.members);
    expect(members).toHaveLength(2);
    expect(members.map(({ instanceId }) => instanceId)).toContain(known);
    expect(Object.keys(after.world.ec2.data.instances)).toHaveLength(2);
  });
});
