import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { acmService } from "../../../src/sandbox/acm/service.ts";
import type { InstanceRecord } from "../../../src/sandbox/ec2/records.ts";
import { createEc2Store } from "../../../src/sandbox/ec2/store.ts";
import { elbv2Service } from "../../../src/sandbox/elbv2/service.ts";
import { createElbv2Store } from "../../../src/sandbox/elbv2/store.ts";
import { startTestSandbox, type TestSandbox, type TestSandboxOptions } from "../../support/sandbox.ts";

export const vpcId = "vpc-0a";
export const subnetA = "subnet-0a";
export const subnetC = "subnet-0c";
export const groupId = "sg-0a";
export const hostA = "i-0a";
export const hostC = "i-0c";

export interface Balanced {
  readonly sandbox: TestSandbox;
  readonly elb: ElasticLoadBalancingV2Client;
  stop(): Promise<void>;
}

/** A VPC with two public subnets, a group and two running instances, as EC2 would leave them. */
export async function startBalanced(options: Partial<TestSandboxOptions> = {}): Promise<Balanced> {
  const sandbox = await startTestSandbox({
    services: [elbv2Service, acmService],
    stores: (home) => ({ ec2: createEc2Store(home), elbv2: createElbv2Store(home) }),
    ...options,
  });
  const { data } = sandbox.world.ec2;
  if (!data.vpcs[vpcId]) {
    data.vpcs[vpcId] = {
      id: vpcId,
      cidr: "10.5.0.0/16",
      region: "ap-northeast-1",
      state: "available",
      instanceTenancy: "default",
      enableDnsSupport: true,
      enableDnsHostnames: true,
    };
    for (const [id, cidr, zone] of [
      [subnetA, "10.5.1.0/24", "ap-northeast-1a"],
      [subnetC, "10.5.2.0/24", "ap-northeast-1c"],
      ["subnet-0a2", "10.5.3.0/24", "ap-northeast-1a"],
    ] as const) {
      data.subnets[id] = { id, vpcId, cidr, availabilityZone: zone, mapPublicIpOnLaunch: false };
    }
    data.internetGateways["igw-0a"] = { id: "igw-0a", vpcId };
    data.securityGroups[groupId] = { id: groupId, vpcId, name: "load-balancer", description: "", rules: [] };
    data.securityGroups["sg-0b"] = { id: "sg-0b", vpcId, name: "other", description: "", rules: [] };
    data.instances[hostA] = instance(hostA, subnetA, "ap-northeast-1a", "10.5.1.50");
    data.instances[hostC] = instance(hostC, subnetC, "ap-northeast-1c", "10.5.2.50");
  }
  for (const { id, privateIp, imageId } of Object.values(data.instances)) {
    const spec = { instanceId: id, vpcId, privateIp, imageId, hostName: id };
    sandbox.runtime.hosts.set(id, { ...spec, state: "running" });
  }
  const elb = new ElasticLoadBalancingV2Client(sandbox.clientConfig());
  return {
    sandbox,
    elb,
    async stop() {
      elb.destroy();
      await sandbox.stop();
    },
  };
}

function instance(id: string, subnetId: string, availabilityZone: string, privateIp: string): InstanceRecord {
  return {
    id,
    reservationId: "r-0a",
    region: "ap-northeast-1",
    imageId: "ami-0a",
    instanceType: "t3.small",
    architecture: "x86_64",
    rootDevice: "/dev/xvda",
    vpcId,
    subnetId,
    availabilityZone,
    privateIp,
    interfaceId: `eni-${id.slice(2)}`,
    launchIndex: 0,
    shutdownBehavior: "stop",
    metadataOptions: { httpTokens: "required", httpEndpoint: "enabled", hopLimit: 1, tags: "disabled" },
    state: "running",
    transitionReason: "",
    launchedAt: "2026-01-01T00:00:00.000Z",
  };
}

/** One server in HAProxy's "show stat". */
export interface FakeServer {
  readonly status?: string;
  readonly check: string;
  readonly code?: number;
  readonly lastchg?: number;
}

/** HAProxy's statistics, shortened to the columns that count, in an order of its own. */
export function statistics(servers: Readonly<Record<string, FakeServer>>): string {
  const rows = Object.entries(servers).map(([name, { status = "UP", check, code, lastchg = 0 }]) => {
    const [backend, server] = name.split("/");
    return `${backend},${server},${status},${lastchg},${check},${code ?? ""},`;
  });
  return ["# pxname,svname,status,lastchg,check_status,check_code,", ...rows, "x,BACKEND,UP,1,,,", ""].join("\n");
}

/** Resolves when the condition holds; a test's own time limit ends a wait in vain. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
