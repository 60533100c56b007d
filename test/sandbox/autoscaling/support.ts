import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  type Activity,
  type AutoScalingGroup,
  type CreateAutoScalingGroupCommandInput,
  type Instance,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateSubnetCommand,
  type RequestLaunchTemplateData,
} from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { onTestFinished } from "vitest";
import { lookAtAll } from "../../../src/sandbox/autoscaling/keeper.ts";
import { autoScalingService } from "../../../src/sandbox/autoscaling/service.ts";
import { createAutoScalingStore } from "../../../src/sandbox/autoscaling/store.ts";
import { debianAmd64 } from "../../../src/sandbox/ec2/images.ts";
import { ec2Service } from "../../../src/sandbox/ec2/service.ts";
import { createEc2Store } from "../../../src/sandbox/ec2/store.ts";
import { elbv2Service } from "../../../src/sandbox/elbv2/service.ts";
import { createElbv2Store } from "../../../src/sandbox/elbv2/store.ts";
import type { FakeRuntime } from "../../support/fake-runtime.ts";
import { makeNetwork, startEc2Sandbox, type Ec2Sandbox, type Network } from "../ec2/ec2-sandbox.ts";
import { statistics, type FakeServer } from "../elbv2/support.ts";

export const zones = ["ap-northeast-1a", "ap-northeast-1c"] as const;

/** EC2, ELBv2 and Auto Scaling over the real wire, with a clock that a test moves on. */
export class Scaled {
  readonly auto: AutoScalingClient;
  readonly elb: ElasticLoadBalancingV2Client;
  /** What HAProxy says of each address; healthy unless said otherwise. */
  readonly targets = new Map<string, FakeServer>();
  targetGroupArn = "";

  private constructor(
    readonly sandbox: Ec2Sandbox,
    readonly network: Network,
    readonly subnetIds: readonly string[],
    readonly templateId: string,
    private readonly clock: { skewMs: number },
  ) {
    this.auto = new AutoScalingClient(sandbox.clientConfig());
    this.elb = new ElasticLoadBalancingV2Client(sandbox.clientConfig());
    this.runtime.onLoadBalancerCommand = (_id, command) => (command === "show stat" ? this.statistics() : "");
    onTestFinished(() => {
      this.auto.destroy();
      this.elb.destroy();
    });
  }

  static async start(home?: string): Promise<Scaled> {
    const clock = { skewMs: 0 };
    const sandbox = await startScaledSandbox(clock, home);
    const network = await makeNetwork(sandbox);
    const { ec2 } = sandbox;
    const { vpcId: VpcId } = network;
    const inC = { VpcId, CidrBlock: "10.5.2.0/24", AvailabilityZone: zones[1] };
    const other = (await ec2.send(new CreateSubnetCommand(inC))).Subnet?.SubnetId ?? "";
    const LaunchTemplateData: RequestLaunchTemplateData = {
      ImageId: debianAmd64,
      InstanceType: "t3.small",
      SecurityGroupIds: [network.groupId],
    };
    const made = await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: "web", LaunchTemplateData }));
    const templateId = made.LaunchTemplate?.LaunchTemplateId ?? "";
    return new Scaled(sandbox, network, [network.subnetId, other], templateId, clock);
  }

  get runtime(): FakeRuntime {
    return this.sandbox.runtime;
  }

  async create(more: Partial<CreateAutoScalingGroupCommandInput> = {}): Promise<void> {
    await this.auto.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: "web",
        LaunchTemplate: { LaunchTemplateId: this.templateId, Version: "1" },
        VPCZoneIdentifier: this.subnetIds.join(","),
        MinSize: 1,
        MaxSize: 4,
        DesiredCapacity: 2,
        ...more,
      }),
    );
  }

  /** Lets Auto Scaling look so many seconds later, `times` times, each with all hosts settled. */
  async look({ later = 0, times = 1 } = {}): Promise<void> {
    // Requests are signed with the real time: less than a quarter of an hour in all.
    this.clock.skewMs += later * 1000;
    for (let time = 0; time < times; time += 1) {
      await lookAtAll(this.sandbox.world);
      await this.sandbox.world.ec2.transitions.idle();
    }
  }

  async group(): Promise<AutoScalingGroup | undefined> {
    const { AutoScalingGroups } = await this.auto.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["web"] }),
    );
    return AutoScalingGroups?.[0];
  }

  async instances(): Promise<Instance[]> {
    return (await this.group())?.Instances ?? [];
  }

  async serving(): Promise<string[]> {
    const all = await this.instances();
    return all.flatMap(({ InstanceId = "", LifecycleState }) => (LifecycleState === "InService" ? [InstanceId] : []));
  }

  async activities(): Promise<Activity[]> {
    const { Activities = [] } = await this.auto.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: "web", IncludeDeletedGroups: true }),
    );
    return Activities;
  }

  /** Template version 2, of another instance type. */
  async nextVersion(): Promise<void> {
    await this.sandbox.ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: this.templateId,
        SourceVersion: "1",
        LaunchTemplateData: { InstanceType: "t3.medium" },
      }),
    );
  }

  /** A load balancer in front of a target group with a short deregistration delay. */
  async balance(delaySeconds = 30): Promise<string> {
    const { vpcId: VpcId, groupId } = this.network;
    const { TargetGroups } = await this.elb.send(
      new CreateTargetGroupCommand({ Name: "web", Protocol: "HTTP", Port: 80, VpcId }),
    );
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? "";
    const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: String(delaySeconds) }];
    await this.elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
    const made = { Name: "web", Subnets: [...this.subnetIds], SecurityGroups: [groupId] };
    const { LoadBalancers } = await this.elb.send(new CreateLoadBalancerCommand(made));
    const DefaultActions = [{ Type: "forward" as const, TargetGroupArn }];
    const listener = { Protocol: "HTTP" as const, Port: 80, DefaultActions };
    await this.elb.send(
      new CreateListenerCommand({ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn, ...listener }),
    );
    return (this.targetGroupArn = TargetGroupArn);
  }

  private statistics(): string {
    const { data } = this.sandbox.world.elbv2;
    const backend = this.targetGroupArn.split("/").slice(-2).join("-");
    const ips = (data.targetGroups[this.targetGroupArn]?.targets ?? []).flatMap(
      ({ id }) => this.sandbox.world.ec2.instance(id)?.privateIp ?? [],
    );
    const healthy: FakeServer = { check: "L7OK", code: 200 };
    return statistics(Object.fromEntries(ips.map((ip) => [`${backend}/${ip}`, this.targets.get(ip) ?? healthy])));
  }
}

export function startScaledSandbox(clock: { skewMs: number }, home?: string): Promise<Ec2Sandbox> {
  return startEc2Sandbox({
    services: [ec2Service, elbv2Service, autoScalingService],
    stores: (at) => ({
      ec2: createEc2Store(at),
      elbv2: createElbv2Store(at),
      autoscaling: createAutoScalingStore(at),
    }),
    now: () => new Date(Date.now() + clock.skewMs),
    ...(home === undefined ? {} : { home }),
  });
}
