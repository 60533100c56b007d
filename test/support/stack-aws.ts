import * as ec2 from "@aws-sdk/client-ec2";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iam from "@aws-sdk/client-iam";
import * as s3 from "@aws-sdk/client-s3";
import { DescribeInstanceInformationCommand } from "@aws-sdk/client-ssm";
import { clientsOf } from "./sandbox-access.ts";
import type { Stack } from "./stack.ts";

// What somebody would click or type on AWS beside the tool, with the SDK.

export const toEc2 = async ({ tool }: Pick<Stack, "tool">) => (await clientsOf(tool)).ec2();
export const toElb = async ({ tool }: Pick<Stack, "tool">) => (await clientsOf(tool)).elbv2();
export const toIam = async ({ tool }: Pick<Stack, "tool">) => (await clientsOf(tool)).iam();
export const toS3 = async ({ tool }: Pick<Stack, "tool">) => (await clientsOf(tool)).s3();

const called = ({ tool }: Pick<Stack, "tool">, name: string): ec2.Filter[] => [
  { Name: "tag:lecture05:stack", Values: [tool.stack] },
  { Name: "tag:lecture05:name", Values: [name] },
];

export async function securityGroup(stack: Pick<Stack, "tool">, name: string) {
  const request = new ec2.DescribeSecurityGroupsCommand({ Filters: called(stack, name) });
  const [found] = (await (await toEc2(stack)).send(request)).SecurityGroups ?? [];
  if (!found?.GroupId) throw new Error(`no group ${name}`);
  return { id: found.GroupId, permissions: found.IpPermissions ?? [] };
}

/** The route table of the public subnets. */
export async function routeTable(stack: Stack): Promise<ec2.RouteTable> {
  const request = new ec2.DescribeRouteTablesCommand({ Filters: called(stack, "public") });
  const [table] = (await (await toEc2(stack)).send(request)).RouteTables ?? [];
  if (!table) throw new Error("no route table");
  return table;
}

const everyone = [
  { IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
] satisfies ec2.IpPermission[];

/** Opens port 80 of the hosts to everyone. */
export async function openToEveryone(stack: Stack): Promise<void> {
  const { id: GroupId } = await securityGroup(stack, "host");
  const request = new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: everyone });
  await (await toEc2(stack)).send(request);
}

export async function closeToEveryone(stack: Stack): Promise<void> {
  const { id: GroupId } = await securityGroup(stack, "host");
  const request = new ec2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: everyone });
  await (await toEc2(stack)).send(request);
}

export const metadataOptions =
  (options: Omit<ec2.ModifyInstanceMetadataOptionsCommandInput, "InstanceId">) =>
  async (stack: Stack): Promise<void> => {
    const request = new ec2.ModifyInstanceMetadataOptionsCommand({ InstanceId: stack.instanceId, ...options });
    await (await toEc2(stack)).send(request);
  };

/** Stops the instance and waits until it has stopped. */
export async function stopInstance(stack: Stack): Promise<void> {
  const client = await toEc2(stack);
  const InstanceIds = [stack.instanceId];
  await client.send(new ec2.StopInstancesCommand({ InstanceIds }));
  await ec2.waitUntilInstanceStopped({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { InstanceIds });
}

export async function isOnline({ tool, instanceId }: Stack): Promise<boolean> {
  const ssm = await (await clientsOf(tool)).ssm();
  const { InstanceInformationList = [] } = await ssm.send(new DescribeInstanceInformationCommand({}));
  return InstanceInformationList.some((it) => it.InstanceId === instanceId && it.PingStatus === "Online");
}

export async function targetGroup(stack: Stack, name = stack.tool.stack): Promise<{ arn: string; vpcId: string }> {
  const request = new elb.DescribeTargetGroupsCommand({ Names: [name] });
  const [found] = (await (await toElb(stack)).send(request)).TargetGroups ?? [];
  return { arn: found?.TargetGroupArn ?? "", vpcId: found?.VpcId ?? "" };
}

/** The only target's health, in AWS's words. */
export async function targetHealth(stack: Stack): Promise<string | undefined> {
  const request = new elb.DescribeTargetHealthCommand({ TargetGroupArn: (await targetGroup(stack)).arn });
  return (await (await toElb(stack)).send(request)).TargetHealthDescriptions?.[0]?.TargetHealth?.State;
}

export const registerTarget = async (stack: Stack, Port = 80) =>
  (await toElb(stack)).send(
    new elb.RegisterTargetsCommand({
      TargetGroupArn: (await targetGroup(stack)).arn,
      Targets: [{ Id: stack.instanceId, Port }],
    }),
  );

export const deregisterTarget = async (stack: Stack) =>
  (await toElb(stack)).send(
    new elb.DeregisterTargetsCommand({
      TargetGroupArn: (await targetGroup(stack)).arn,
      Targets: [{ Id: stack.instanceId, Port: 80 }],
    }),
  );

export const rolePolicy = ({ tool }: Pick<Stack, "tool">): { RoleName: string; PolicyName: string } => ({
  RoleName: `${tool.stack}-host`,
  PolicyName: "lecture05-bucket",
});

async function putRolePolicy(stack: Stack, statements: readonly object[]): Promise<void> {
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  await (await toIam(stack)).send(new iam.PutRolePolicyCommand({ ...rolePolicy(stack), PolicyDocument }));
}

/** Gives the hosts' role these rights to the bucket's objects, and no other. */
export const allowOnly =
  (...Action: string[]) =>
  (stack: Stack): Promise<void> =>
    putRolePolicy(stack, [
      { Effect: "Allow", Action, Resource: `arn:aws:s3:::${stack.bucket}/*` },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${stack.bucket}` },
    ]);

export const allowEveryBucket = (stack: Stack): Promise<void> =>
  putRolePolicy(stack, [{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);

export const removePublicAccessBlock = async (stack: Stack) =>
  (await toS3(stack)).send(new s3.DeletePublicAccessBlockCommand({ Bucket: stack.bucket }));

export const suspendVersioning = async (stack: Stack) =>
  (await toS3(stack)).send(
    new s3.PutBucketVersioningCommand({
      Bucket: stack.bucket,
      VersioningConfiguration: { Status: "Suspended" },
    }),
  );
