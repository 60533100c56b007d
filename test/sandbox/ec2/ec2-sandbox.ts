import {
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  AttachInternetGatewayCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  EC2Client,
  RunInstancesCommand,
  type Instance,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { onTestFinished } from "vitest";
import { debianAmd64 } from "../../../src/sandbox/ec2/images.ts";
import { ec2Service } from "../../../src/sandbox/ec2/service.ts";
import { createEc2Store } from "../../../src/sandbox/ec2/store.ts";
import { iamService } from "../../../src/sandbox/iam/service.ts";
import { ssmService } from "../../../src/sandbox/ssm/service.ts";
import { createSsmStore } from "../../../src/sandbox/ssm/store.ts";
import { startTestSandbox, type TestSandbox, type TestSandboxOptions } from "../../support/sandbox.ts";

export interface Ec2Sandbox extends TestSandbox {
  readonly ec2: EC2Client;
}

/** EC2, SSM and IAM over the real wire; gone after the test. */
export async function startEc2Sandbox(options: Partial<TestSandboxOptions> = {}): Promise<Ec2Sandbox> {
  const sandbox = await startTestSandbox({
    services: [ec2Service, ssmService, iamService],
    stores: (home) => ({ ec2: createEc2Store(home), ssm: createSsmStore(home) }),
    ...options,
  });
  const ec2 = new EC2Client(sandbox.clientConfig());
  onTestFinished(async () => {
    ec2.destroy();
    await sandbox.world.ec2.transitions.idle();
    await sandbox.stop();
  });
  return { ...sandbox, ec2 };
}

export interface Network {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly groupId: string;
  readonly gatewayId: string;
  readonly mainTableId: string;
}

/** A VPC with one subnet that has a route to the internet, and one group. */
export async function makeNetwork({ ec2 }: Ec2Sandbox): Promise<Network> {
  const vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: "10.5.0.0/16" }))).Vpc?.VpcId ?? "";
  const subnet = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: "10.5.1.0/24" }));
  const gateway = await ec2.send(new CreateInternetGatewayCommand({}));
  const gatewayId = gateway.InternetGateway?.InternetGatewayId ?? "";
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: gatewayId, VpcId: vpcId }));
  const filters = [{ Name: "vpc-id", Values: [vpcId] }];
  const tables = await ec2.send(new DescribeRouteTablesCommand({ Filters: filters }));
  const mainTableId = tables.RouteTables?.[0]?.RouteTableId ?? "";
  const route = { RouteTableId: mainTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId: gatewayId };
  await ec2.send(new CreateRouteCommand(route));
  const groupId = await makeGroup(ec2, vpcId, "host");
  return { vpcId, subnetId: subnet.Subnet?.SubnetId ?? "", groupId, gatewayId, mainTableId };
}

export async function makeGroup(ec2: EC2Client, vpcId: string, name: string): Promise<string> {
  const request = { GroupName: name, Description: `the ${name} group`, VpcId: vpcId };
  return (await ec2.send(new CreateSecurityGroupCommand(request))).GroupId ?? "";
}

export async function allowFrom(ec2: EC2Client, groupId: string, fromGroup: string, port = 80): Promise<void> {
  const permission = { IpProtocol: "tcp", FromPort: port, ToPort: port, UserIdGroupPairs: [{ GroupId: fromGroup }] };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [permission] }));
}

export function launchInput(network: Network, more: Partial<RunInstancesCommandInput> = {}): RunInstancesCommandInput {
  return {
    ImageId: debianAmd64,
    InstanceType: "t3.small",
    MinCount: 1,
    MaxCount: 1,
    SubnetId: network.subnetId,
    SecurityGroupIds: [network.groupId],
    ...more,
  };
}

/** Launches an instance and waits for the background to be done with it. */
export async function runInstance(
  { ec2, world }: Ec2Sandbox,
  network: Network,
  more: Partial<RunInstancesCommandInput> = {},
): Promise<Instance> {
  const answer = await ec2.send(new RunInstancesCommand(launchInput(network, more)));
  await world.ec2.transitions.idle();
  return describeInstance(ec2, answer.Instances?.[0]?.InstanceId ?? "");
}

export async function describeInstance(ec2: EC2Client, id: string): Promise<Instance> {
  const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const instance = answer.Reservations?.[0]?.Instances?.[0];
  if (!instance) throw new Error(`no instance ${id}`);
  return instance;
}

/** An instance profile whose role may register with SSM. */
export async function makeProfile(sandbox: TestSandbox, name = "host"): Promise<void> {
  const iam = new IAMClient(sandbox.clientConfig());
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
  await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
  iam.destroy();
}
