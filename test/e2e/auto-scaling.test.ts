import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeScalingActivitiesCommand,
  PutScheduledUpdateGroupActionCommand,
  SetDesiredCapacityCommand,
  StartInstanceRefreshCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import * as ec2 from "@aws-sdk/client-ec2";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iam from "@aws-sdk/client-iam";
import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { rootCredentials } from "../../src/sandbox/launcher.ts";
import { aws } from "../support/sandbox-access.ts";
import { InstalledPackage } from "../support/installed-package.ts";
import { Load } from "./auto-scaling/load.ts";
import { pageHost, type Page } from "./auto-scaling/page-host.ts";

const run = promisify(execFile);
const limit = { timeout: 60_000, interval: 200 };
const AutoScalingGroupName = "web";

let tool: InstalledPackage;
let subnetIds: string[];
let hostGroup: string;
let imageId: string;
let templateId: string;
let targetGroupArn: string;
let url: string;

const daemon = (): { pid: number; port: number } =>
  JSON.parse(readFileSync(join(tool.sandboxHome, "daemon.json"), "utf8")) as { pid: number; port: number };

function config() {
  const credentials = rootCredentials(tool.sandboxHome);
  if (!credentials) throw new Error("the sandbox has no root key");
  return { region: "ap-northeast-1", endpoint: `http://127.0.0.1:${daemon().port}`, credentials };
}
const toEc2 = () => new ec2.EC2Client(config());
const toElb = () => new elb.ElasticLoadBalancingV2Client(config());
const toAuto = () => new AutoScalingClient(config());

async function members() {
  const { AutoScalingGroups } = await toAuto().send(new DescribeAutoScalingGroupsCommand({}));
  return AutoScalingGroups?.[0]?.Instances ?? [];
}
const serving = async (): Promise<string[]> =>
  (await members()).filter((it) => it.LifecycleState === "InService").map(({ InstanceId = "" }) => InstanceId);

async function healthy(): Promise<string[]> {
  const { TargetHealthDescriptions = [] } = await toElb().send(
    new elb.DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
  );
  return TargetHealthDescriptions.filter((it) => it.TargetHealth?.State === "healthy").map((it) => it.Target?.Id ?? "");
}

/** Until so many are in service and healthy, and none on its way. */
async function settled(count: number): Promise<string[]> {
  return vi.waitFor(async () => {
    const ids = (await healthy()).toSorted();
    expect(ids).toHaveLength(count);
    expect((await members()).map(({ InstanceId = "" }) => InstanceId).toSorted()).toEqual(ids);
    expect((await serving()).toSorted()).toEqual(ids);
    return ids;
  }, limit);
}

async function pages(count: number): Promise<Map<string, Page>> {
  const found = new Map<string, Page>();
  for (let request = 0; request < 10 * count && found.size < count; request += 1) {
    const page = (await (await fetch(url)).json()) as Page;
    found.set(page.instance, page);
  }
  return found;
}

async function makeNetwork(): Promise<string> {
  const client = toEc2();
  const vpc = await client.send(new ec2.CreateVpcCommand({ CidrBlock: "10.77.0.0/16" }));
  const VpcId = vpc.Vpc?.VpcId ?? "";
  const gateway = await client.send(new ec2.CreateInternetGatewayCommand({}));
  const GatewayId = gateway.InternetGateway?.InternetGatewayId;
  await client.send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId }));
  const Filters = [{ Name: "vpc-id", Values: [VpcId] }];
  const { RouteTables } = await client.send(new ec2.DescribeRouteTablesCommand({ Filters }));
  const route = { RouteTableId: RouteTables?.[0]?.RouteTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId };
  await client.send(new ec2.CreateRouteCommand(route));
  subnetIds = [];
  for (const [CidrBlock, zone] of [
    ["10.77.1.0/24", "a"],
    ["10.77.2.0/24", "c"],
  ] as const) {
    const place = { VpcId, CidrBlock, AvailabilityZone: `ap-northeast-1${zone}` };
    subnetIds.push((await client.send(new ec2.CreateSubnetCommand(place))).Subnet?.SubnetId ?? "");
  }
  return VpcId;
}

async function allow(VpcId: string, name: string, from: Partial<ec2.IpPermission>): Promise<string> {
  const client = toEc2();
  const group = { GroupName: name, Description: `the ${name} group`, VpcId };
  const { GroupId = "" } = await client.send(new ec2.CreateSecurityGroupCommand(group));
  const IpPermissions = [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, ...from }];
  await client.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  return GroupId;
}

async function makeProfile(): Promise<void> {
  const client = new iam.IAMClient(config());
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  const [RoleName, InstanceProfileName] = ["web", "web"];
  await client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
  await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
  await client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName }));
  await client.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
}

async function makeLoadBalancer(VpcId: string, groupId: string): Promise<void> {
  const client = toElb();
  const made = await client.send(
    new elb.CreateTargetGroupCommand({
      Name: "web",
      Protocol: "HTTP",
      Port: 80,
      VpcId,
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    }),
  );
  targetGroupArn = made.TargetGroups?.[0]?.TargetGroupArn ?? "";
  const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: "5" }];
  await client.send(new elb.ModifyTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn, Attributes }));
  const balancer = await client.send(
    new elb.CreateLoadBalancerCommand({ Name: "web", Subnets: subnetIds, SecurityGroups: [groupId] }),
  );
  const [{ LoadBalancerArn, DNSName } = {}] = balancer.LoadBalancers ?? [];
  const DefaultActions = [{ Type: "forward" as const, TargetGroupArn: targetGroupArn }];
  await client.send(new elb.CreateListenerCommand({ LoadBalancerArn, Protocol: "HTTP", Port: 80, DefaultActions }));
  url = `http://${DNSName}/`;
}

const note = (what: string): void => void process.stdout.write(`${what}\n`);

beforeAll(async () => {
  tool = await InstalledPackage.install("e2e-auto-scaling");
  await tool.ok("sandbox", "start");
});

afterAll(async () => {
  await tool.remove();
});

/** Hosts from an image, kept by a group behind a load balancer, in the real sandbox. The tests build on each other. */
describe("an Auto Scaling group", () => {
  it("starts from an image of a host", async () => {
    const VpcId = await makeNetwork();
    const balancerGroup = await allow(VpcId, "balancer", { IpRanges: [{ CidrIp: "0.0.0.0/0" }] });
    hostGroup = await allow(VpcId, "hosts", { UserIdGroupPairs: [{ GroupId: balancerGroup }] });
    await makeProfile();
    await makeLoadBalancer(VpcId, balancerGroup);
    const client = toEc2();
    const { Images } = await client.send(new ec2.DescribeImagesCommand({ Owners: ["amazon"] }));
    const launched = await client.send(
      new ec2.RunInstancesCommand({
        ImageId: Images?.find(({ Architecture }) => Architecture === "x86_64")?.ImageId,
        InstanceType: "t3.small",
        MinCount: 1,
        MaxCount: 1,
        SubnetId: subnetIds[0],
        SecurityGroupIds: [hostGroup],
        IamInstanceProfile: { Name: "web" },
        UserData: Buffer.from(pageHost).toString("base64"),
      }),
    );
    const InstanceId = launched.Instances?.[0]?.InstanceId ?? "";
    const register = { TargetGroupArn: targetGroupArn, Targets: [{ Id: InstanceId }] };
    await vi.waitFor(() => toElb().send(new elb.RegisterTargetsCommand(register)), limit);
    await vi.waitFor(async () => expect(await healthy()).toEqual([InstanceId]), limit);
    const [source] = (await pages(1)).values();

    const started = performance.now();
    imageId = (await client.send(new ec2.CreateImageCommand({ InstanceId, Name: "golden" }))).ImageId ?? "";
    await ec2.waitUntilImageAvailable({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { ImageIds: [imageId] });
    note(`an image of a host, with a reboot, after ${Math.round(performance.now() - started)} ms`);
    await toElb().send(new elb.DeregisterTargetsCommand(register));
    await client.send(new ec2.TerminateInstancesCommand({ InstanceIds: [InstanceId] }));

    const template = await client.send(
      new ec2.CreateLaunchTemplateCommand({
        LaunchTemplateName: "web",
        LaunchTemplateData: {
          ImageId: imageId,
          InstanceType: "t3.small",
          SecurityGroupIds: [hostGroup],
          IamInstanceProfile: { Name: "web" },
        },
      }),
    );
    templateId = template.LaunchTemplate?.LaunchTemplateId ?? "";
    const launchedAt = performance.now();
    await toAuto().send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName,
        LaunchTemplate: { LaunchTemplateId: templateId, Version: "1" },
        VPCZoneIdentifier: subnetIds.join(","),
        TargetGroupARNs: [targetGroupArn],
        HealthCheckType: "ELB",
        HealthCheckGracePeriod: 5,
        MinSize: 1,
        MaxSize: 4,
        DesiredCapacity: 2,
      }),
    );
    const ids = await settled(2);
    note(`two hosts of a new group healthy after ${Math.round(performance.now() - launchedAt)} ms`);

    const found = [...(await pages(2)).values()];
    expect(found.map(({ instance }) => instance).toSorted()).toEqual(ids);
    expect(found.map(({ zone }) => zone).toSorted()).toEqual(["ap-northeast-1a", "ap-northeast-1c"]);
    // Nothing by which two hosts are told apart came with the image.
    const all = [source, ...found];
    for (const identity of ["instance", "hostName", "machine", "key"] as const) {
      const values = all.map((page) => page?.[identity]);
      expect(new Set(values).size, `${identity}: ${values.join(", ")}`).toBe(3);
      expect(values.every(Boolean)).toBe(true);
    }
    const managed = await new SSMClient(config()).send(new DescribeInstanceInformationCommand({}));
    const online = managed.InstanceInformationList?.filter(({ PingStatus }) => PingStatus === "Online");
    expect(online?.map(({ InstanceId: id }) => id)).toEqual(expect.arrayContaining(ids));
  });

  it("lets a host go without a failed request, what it is just answering included", async () => {
    const [InstanceId = ""] = await serving();
    const load = new Load(url, 50);
    const slow = Array.from({ length: 4 }, () => fetch(`${url}slow`));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await toAuto().send(
      new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: false }),
    );
    const answers = await Promise.all(slow);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const ids = await settled(2);
    await load.stop();
    note(`${load.hits.length} requests while a host was replaced as planned, ${load.failures.length} failed`);
    expect(ids).not.toContain(InstanceId);
    expect(load.failures).toEqual([]);
    expect(load.hits.length).toBeGreaterThan(100);
    // It answered at first, and not after it was told to go.
    const answered = load.hits.filter(({ body }) => body?.includes(InstanceId)).map(({ atMs }) => atMs);
    expect(answered.length).toBeGreaterThan(3);
    expect(Math.max(...answered)).toBeLessThan(3_500);
  });

  it("replaces what is unhealthy and what vanished, and says why", async () => {
    const [one = "", two = ""] = await settled(2);
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    const load = new Load(url, 50);
    const started = performance.now();
    const container = await containerOf(one);
    await run("docker", ["exec", container, "systemctl", "disable", "--now", "page"]);
    await vi.waitFor(async () => expect(await serving()).not.toContain(one), limit);
    const after = await settled(2);
    note(`an unhealthy host found and replaced after ${Math.round(performance.now() - started)} ms`);
    expect(after).toContain(two);
    const startedAgain = performance.now();
    await run("docker", ["rm", "-f", await containerOf(two)]);
    await vi.waitFor(async () => expect(await serving()).not.toContain(two), limit);
    const last = await settled(2);
    note(`a lost host replaced after ${Math.round(performance.now() - startedAgain)} ms`);
    await load.stop();
    const { length: failed } = load.failures;
    note(`${failed} of ${load.hits.length} requests failed, longest gap ${Math.round(load.longestGapMs)} ms`);
    // Two losses, one after another: what was under way at the host that vanished.
    expect(failed / load.hits.length).toBeLessThanOrEqual(0.005);
    expect(load.longestGapMs).toBeLessThan(2_000);
    expect(last).not.toContain(one);
    expect(last).not.toContain(two);
    const { Activities = [] } = await toAuto().send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName }));
    const causes = Activities.map(({ Cause = "" }) => Cause).join("\n");
    expect(causes).toContain("an ELB system health check failure");
    expect(causes).toContain("an EC2 health check indicating it has been terminated or stopped");
  });

  it("goes on after its daemon was killed in the middle", async () => {
    await toAuto().send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 4 }));
    await vi.waitFor(async () => expect((await members()).length).toBeGreaterThan(2), limit);
    process.kill(daemon().pid, "SIGKILL");
    await tool.ok("sandbox", "start");
    await settled(4);
    expect(await containers()).toHaveLength(4);
    const listed = JSON.parse(await aws(tool, "autoscaling", "describe-auto-scaling-groups")) as {
      AutoScalingGroups: { DesiredCapacity: number; Instances: { HealthStatus: string }[] }[];
    };
    expect(listed.AutoScalingGroups[0]).toMatchObject({ DesiredCapacity: 4 });
    expect(listed.AutoScalingGroups[0]?.Instances.map(({ HealthStatus }) => HealthStatus)).toEqual(
      Array.from({ length: 4 }, () => "Healthy"),
    );
    // Its time comes while there is no daemon.
    const fewer = { AutoScalingGroupName, ScheduledActionName: "fewer", DesiredCapacity: 2 };
    const StartTime = new Date(Date.now() + 2500);
    await toAuto().send(new PutScheduledUpdateGroupActionCommand({ ...fewer, StartTime }));
    process.kill(daemon().pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await containers()).toHaveLength(4);
    await tool.ok("sandbox", "start");
    await settled(2);
  });

  it("rolls a new version out under load, and back when it does not become healthy", async () => {
    const before = await settled(2);
    // Its security group lets nobody in: no check can pass.
    const client = toEc2();
    const { Vpcs } = await client.send(new ec2.DescribeVpcsCommand({}));
    const closed = await client.send(
      new ec2.CreateSecurityGroupCommand({ GroupName: "closed", Description: "closed", VpcId: Vpcs?.[0]?.VpcId }),
    );
    for (const GroupId of [closed.GroupId ?? "", hostGroup]) {
      await client.send(
        new ec2.CreateLaunchTemplateVersionCommand({
          LaunchTemplateId: templateId,
          SourceVersion: "1",
          LaunchTemplateData: { SecurityGroupIds: [GroupId] },
        }),
      );
    }
    const refresh = async (Version: string): Promise<string | undefined> => {
      const { InstanceRefreshId } = await toAuto().send(
        new StartInstanceRefreshCommand({
          AutoScalingGroupName,
          DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: templateId, Version } },
          Preferences: {
            MinHealthyPercentage: 100,
            MaxHealthyPercentage: 200,
            InstanceWarmup: 2,
            BakeTime: 2,
            AutoRollback: true,
          },
        }),
      );
      return vi.waitFor(
        async () => {
          const { InstanceRefreshes } = await toAuto().send(
            new DescribeInstanceRefreshesCommand({
              AutoScalingGroupName,
              InstanceRefreshIds: [InstanceRefreshId ?? ""],
            }),
          );
          expect(InstanceRefreshes?.[0]?.EndTime).toBeDefined();
          return InstanceRefreshes?.[0]?.Status;
        },
        { timeout: 120_000, interval: 500 },
      );
    };
    const load = new Load(url, 50);
    expect(await refresh("2")).toBe("RollbackSuccessful");
    expect((await settled(2)).toSorted()).toEqual(before.toSorted());
    const started = performance.now();
    expect(await refresh("3")).toBe("Successful");
    note(`a new version rolled out in ${Math.round(performance.now() - started)} ms`);
    const after = await settled(2);
    await load.stop();
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    note(`${load.failures.length} of ${load.hits.length} requests failed during both`);
    expect(load.failures).toEqual([]);
  });

  it("goes with all that was made for it", async () => {
    await toAuto().send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }));
    await vi.waitFor(async () => expect(await members()).toEqual([]), limit);
    const client = toEc2();
    await client.send(new ec2.DeleteLaunchTemplateCommand({ LaunchTemplateId: templateId }));
    await client.send(new ec2.DeregisterImageCommand({ ImageId: imageId, DeleteAssociatedSnapshots: true }));
    await vi.waitFor(async () => {
      const { stdout } = await run("docker", ["ps", "-aq", "--filter", "label=lecture05.role=host", ...ofSandbox()]);
      expect(stdout).toBe("");
    }, limit);
    const { stdout } = await run("docker", ["images", "-q", "--filter", "label=lecture05.image=ami", ...ofSandbox()]);
    expect(stdout).toBe("");
  });
});

function ofSandbox(): string[] {
  const id = readFileSync(join(tool.sandboxHome, "sandbox-id"), "utf8").trim();
  return ["--filter", `label=lecture05.sandbox=${id}`];
}

async function containers(): Promise<string[]> {
  const { stdout } = await run("docker", ["ps", "-q", "--filter", "label=lecture05.role=host", ...ofSandbox()]);
  return stdout.trim().split("\n");
}

async function containerOf(instanceId: string): Promise<string> {
  const { stdout } = await run("docker", ["ps", "-q", "--filter", `label=lecture05.id=${instanceId}`]);
  return stdout.trim();
}
