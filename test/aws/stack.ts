import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createClients, type AwsCall, type Clients } from "../../src/aws/clients.ts";
import { createCompute } from "../../src/aws/compute.ts";
import { createIdentity } from "../../src/aws/identity.ts";
import { createLoadBalancing } from "../../src/aws/load-balancing.ts";
import { createNetwork } from "../../src/aws/network.ts";
import type { Compute } from "../../src/ports/compute.ts";
import type { Identity, ResourceIdentity } from "../../src/ports/identity.ts";
import type { LoadBalancing } from "../../src/ports/load-balancing.ts";
import type { Network } from "../../src/ports/network.ts";
import { ec2Service } from "../../src/sandbox/ec2/service.ts";
import { createEc2Store } from "../../src/sandbox/ec2/store.ts";
import { elbv2Service } from "../../src/sandbox/elbv2/service.ts";
import { createElbv2Store } from "../../src/sandbox/elbv2/store.ts";
import { iamService } from "../../src/sandbox/iam/service.ts";
import { ssmService } from "../../src/sandbox/ssm/service.ts";
import { createSsmStore } from "../../src/sandbox/ssm/store.ts";
import { startTestSandbox, type TestSandbox } from "../support/sandbox.ts";

/** The adapters on the sandbox's EC2 and ELB, with no machine behind them. */
export interface TestStack {
  readonly sandbox: TestSandbox;
  readonly clients: Clients;
  readonly calls: AwsCall[];
  readonly network: Network;
  readonly compute: Compute;
  readonly identity: Identity;
  readonly loadBalancing: LoadBalancing;
  /** What the service that tells a caller's address answers. */
  callerAddress: string;
  stop(): Promise<void>;
}

export async function startStack(): Promise<TestStack> {
  const sandbox = await startTestSandbox({
    services: [ec2Service, elbv2Service, iamService, ssmService],
    stores: (home) => ({
      ec2: createEc2Store(home),
      elbv2: createElbv2Store(home),
      ssm: createSsmStore(home),
    }),
  });
  const calls: AwsCall[] = [];
  const { region, endpoint, credentials } = sandbox.clientConfig();
  const clients = createClients({ region, endpoint, credentials, onCall: (call) => calls.push(call) });
  const checkIp: Server = createServer((_request, response) => response.end(`${stack.callerAddress}\n`));
  await new Promise<void>((resolve) => checkIp.listen(0, "127.0.0.1", resolve));
  const clock = {
    now: () => new Date(),
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  };
  const options = {
    clock,
    pollMs: 5,
    callerAddressUrl: `http://127.0.0.1:${(checkIp.address() as AddressInfo).port}/`,
  };
  const stack: TestStack = {
    sandbox,
    clients,
    calls,
    network: createNetwork(clients, options),
    compute: createCompute(clients, options),
    identity: createIdentity(clients),
    loadBalancing: createLoadBalancing(clients, options),
    callerAddress: "203.0.113.7",
    async stop() {
      clients.destroy();
      checkIp.closeAllConnections();
      await new Promise<void>((resolve) => checkIp.close(() => resolve()));
      await sandbox.world.ec2.transitions.idle();
      await sandbox.stop();
    },
  };
  return stack;
}

export const named = (name: string, step: ResourceIdentity["step"] = "ec2"): ResourceIdentity => ({
  stack: "mine",
  step,
  name,
});

export interface Standing {
  readonly vpcId: string;
  readonly subnetIds: readonly [string, string];
  readonly groupId: string;
}

/** A VPC with a way to the internet, two public subnets and a group. */
export async function stand({ network }: TestStack): Promise<Standing> {
  const zones = await network.availabilityZones();
  const vpc = await network.createVpc(named("vpc"), "10.5.0.0/16");
  const gateway = await network.createInternetGateway(named("gateway"));
  await network.attachInternetGateway(gateway.id, vpc.id);
  const table = await network.createRouteTable(named("public"), vpc.id, "token-table");
  await network.createRoute(table.id, "0.0.0.0/0", gateway.id);
  const subnet = async (name: string, cidr: string, availabilityZone = ""): Promise<string> => {
    const made = await network.createSubnet(named(name), { vpcId: vpc.id, cidr, availabilityZone });
    await network.associateRouteTable(table.id, made.id);
    return made.id;
  };
  const subnetIds = [
    await subnet("public-a", "10.5.1.0/24", zones[0]),
    await subnet("public-c", "10.5.2.0/24", zones[1]),
  ] as const;
  const group = await network.createSecurityGroup(named("host"), vpc.id, "HTTP from the load balancer only");
  return { vpcId: vpc.id, subnetIds, groupId: group.id };
}

/** The instance profile "mine-host" with its role. */
export async function makeProfile({ identity }: TestStack): Promise<void> {
  await identity.createRole(named("host"), "mine-host", {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });
  await identity.createInstanceProfile(named("host"), "mine-host");
  await identity.addRoleToInstanceProfile("mine-host", "mine-host");
}
