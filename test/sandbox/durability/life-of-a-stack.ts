import * as Auto from "@aws-sdk/client-auto-scaling";
import * as EC2 from "@aws-sdk/client-ec2";
import * as ELB from "@aws-sdk/client-elastic-load-balancing-v2";
import * as IAM from "@aws-sdk/client-iam";
import * as SSM from "@aws-sdk/client-ssm";
import * as STS from "@aws-sdk/client-sts";
import { debianAmd64 } from "../../../src/sandbox/ec2/images.ts";
import { policy, type Change, type Clients } from "./clients.ts";
import { keepObjects } from "./life-of-a-bucket.ts";
import {
  makeImage,
  makeInstances,
  makeNetwork,
  makeTemplate,
  takeInstancesDown,
  takeNetworkDown,
  type Network,
} from "./life-of-instances.ts";
import { keepCertificates, keepDatabase, keepParameters } from "./life-of-secrets-and-rows.ts";

const trust = policy({ Principal: { Service: "ec2.amazonaws.com", AWS: "*" } }, "sts:AssumeRole");
const readAll = policy({ Resource: "*" }, "s3:GetObject");

/**
 * Every operation of the sandbox that changes something, at least once, each of them successful. `look` lets Auto Scaling do
 * its part, until nothing is left to do.
 */
export async function lifeOfAStack(clients: Clients, change: Change, look: () => Promise<void>): Promise<void> {
  const role = await makeIdentity(clients, change);
  const network = await makeNetwork(clients, change);
  const instances = await makeInstances(clients, change, network);
  await makeImage(clients, change, instances[0]);
  await makeTemplate(clients, change);
  await scale(clients, change, network, look);
  await runCommands(clients, change, instances[0]);
  await keepParameters(clients, change);
  await keepCertificates(clients, change);
  await balance(clients, change, network, instances);
  await keepObjects(clients, change);
  await keepDatabase(clients, change, network);
  await takeInstancesDown(clients, change, instances);
  await takeNetworkDown(clients, change, network);
  await takeIdentityDown(clients, change, role);
}

async function makeIdentity({ iam, sts }: Clients, change: Change): Promise<string> {
  const RoleName = "host";
  const role = await change(() => iam.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust })));
  await change(() => iam.send(new IAM.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust })));
  await change(() => iam.send(new IAM.TagRoleCommand({ RoleName, Tags: [{ Key: "a", Value: "b" }] })));
  await change(() => iam.send(new IAM.UntagRoleCommand({ RoleName, TagKeys: ["a"] })));
  await change(() => iam.send(new IAM.PutRolePolicyCommand({ RoleName, PolicyName: "read", PolicyDocument: readAll })));
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
  await change(() => iam.send(new IAM.AttachRolePolicyCommand({ RoleName, PolicyArn })));
  const InstanceProfileName = "host";
  await change(() => iam.send(new IAM.CreateInstanceProfileCommand({ InstanceProfileName })));
  await change(() => iam.send(new IAM.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName })));
  const tags = [{ Key: "a", Value: "b" }];
  await change(() => iam.send(new IAM.TagInstanceProfileCommand({ InstanceProfileName, Tags: tags })));
  const RoleArn = role.Role?.Arn ?? "";
  await change(() => sts.send(new STS.AssumeRoleCommand({ RoleArn, RoleSessionName: "somebody" })));
  const made = await change(() =>
    iam.send(new IAM.CreatePolicyCommand({ PolicyName: "own", PolicyDocument: readAll })),
  );
  return made.Policy?.Arn ?? "";
}

async function takeIdentityDown({ iam }: Clients, change: Change, ownPolicy: string): Promise<void> {
  const [RoleName, InstanceProfileName] = ["host", "host"];
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
  await change(() => iam.send(new IAM.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName })));
  await change(() => iam.send(new IAM.DeleteInstanceProfileCommand({ InstanceProfileName })));
  await change(() => iam.send(new IAM.DetachRolePolicyCommand({ RoleName, PolicyArn })));
  await change(() => iam.send(new IAM.DeleteRolePolicyCommand({ RoleName, PolicyName: "read" })));
  await change(() => iam.send(new IAM.DeleteRoleCommand({ RoleName })));
  await change(() => iam.send(new IAM.DeletePolicyCommand({ PolicyArn: ownPolicy })));
}

async function scale(
  { auto, ec2, elb }: Clients,
  change: Change,
  network: Network,
  look: () => Promise<void>,
): Promise<void> {
  const LaunchTemplateData = { ImageId: debianAmd64, InstanceType: "t3.small" } as const;
  const made = { LaunchTemplateName: "scaled", LaunchTemplateData };
  const { LaunchTemplate } = await change(() => ec2.send(new EC2.CreateLaunchTemplateCommand(made)));
  const settings = { Name: "scaled", Protocol: "HTTP", Port: 80, VpcId: network.VpcId } as const;
  const { TargetGroups } = await change(() => elb.send(new ELB.CreateTargetGroupCommand(settings)));
  const TargetGroupARNs = [TargetGroups?.[0]?.TargetGroupArn ?? ""];
  const AutoScalingGroupName = "web";
  const named = { AutoScalingGroupName };
  const template = { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId, Version: "1" };
  const group = { ...named, LaunchTemplate: template, VPCZoneIdentifier: network.subnets[0], MinSize: 0, MaxSize: 2 };
  await change(() => auto.send(new Auto.CreateAutoScalingGroupCommand(group)));
  await change(() => auto.send(new Auto.AttachLoadBalancerTargetGroupsCommand({ ...named, TargetGroupARNs })));
  await change(() => auto.send(new Auto.DetachLoadBalancerTargetGroupsCommand({ ...named, TargetGroupARNs })));
  await change(() => auto.send(new Auto.UpdateAutoScalingGroupCommand({ ...named, MaxSize: 3 })));
  await change(() => auto.send(new Auto.SetDesiredCapacityCommand({ ...named, DesiredCapacity: 2 })));
  await change(() => auto.send(new Auto.SuspendProcessesCommand({ ...named, ScalingProcesses: ["AZRebalance"] })));
  await change(() => auto.send(new Auto.ResumeProcessesCommand(named)));
  const tag = { ResourceId: AutoScalingGroupName, ResourceType: "auto-scaling-group", Key: "a" };
  await change(() => auto.send(new Auto.CreateOrUpdateTagsCommand({ Tags: [{ ...tag, Value: "b" }] })));
  await change(() => auto.send(new Auto.DeleteTagsCommand({ Tags: [tag] })));
  const scheduled = { ...named, ScheduledActionName: "end" };
  const inAnHour = { StartTime: new Date(Date.now() + 3_600_000), MinSize: 0, MaxSize: 0, DesiredCapacity: 0 };
  await change(() => auto.send(new Auto.PutScheduledUpdateGroupActionCommand({ ...scheduled, ...inAnHour })));
  await change(() => auto.send(new Auto.DeleteScheduledActionCommand(scheduled)));
  await look();
  const { AutoScalingInstances = [] } = await auto.send(new Auto.DescribeAutoScalingInstancesCommand({}));
  const [InstanceId = "", ...others] = AutoScalingInstances.map((it) => it.InstanceId ?? "");
  const protect = { ...named, InstanceIds: others, ProtectedFromScaleIn: true };
  await change(() => auto.send(new Auto.SetInstanceProtectionCommand(protect)));
  await change(() => auto.send(new Auto.SetInstanceHealthCommand({ InstanceId, HealthStatus: "Healthy" })));
  const terminate = { InstanceId, ShouldDecrementDesiredCapacity: true };
  await change(() => auto.send(new Auto.TerminateInstanceInAutoScalingGroupCommand(terminate)));
  const DesiredConfiguration = { LaunchTemplate: template };
  await change(() => auto.send(new Auto.StartInstanceRefreshCommand({ ...named, DesiredConfiguration })));
  await change(() => auto.send(new Auto.RollbackInstanceRefreshCommand(named)));
  await change(() => auto.send(new Auto.CancelInstanceRefreshCommand(named)));
  await change(() => auto.send(new Auto.DeleteAutoScalingGroupCommand({ ...named, ForceDelete: true })));
  await look();
  await change(() => elb.send(new ELB.DeleteTargetGroupCommand({ TargetGroupArn: TargetGroupARNs[0] })));
  const { LaunchTemplateId } = template;
  await change(() => ec2.send(new EC2.DeleteLaunchTemplateCommand({ LaunchTemplateId })));
}

async function runCommands({ ssm }: Clients, change: Change, instance = ""): Promise<void> {
  const parameter = { Name: "p", Value: "v", Type: "String" } as const;
  await change(() => ssm.send(new SSM.PutParameterCommand(parameter)));
  await change(() => ssm.send(new SSM.DeleteParameterCommand({ Name: "p" })));
  // The first look at it registers the instance.
  await ssm.send(new SSM.DescribeInstanceInformationCommand({}));
  const request = { InstanceIds: [instance], DocumentName: "AWS-RunShellScript", Parameters: { commands: ["true"] } };
  const sent = await change(() => ssm.send(new SSM.SendCommandCommand(request)));
  await change(() => ssm.send(new SSM.CancelCommandCommand({ CommandId: sent.Command?.CommandId })));
}

async function balance(clients: Clients, change: Change, network: Network, ids: readonly string[]): Promise<void> {
  const { elb } = clients;
  const { VpcId, GroupId } = network;
  const [one = "", two = "", three = ""] = network.subnets;
  const made = { Name: "web", Subnets: [one, two], SecurityGroups: [GroupId] };
  const balancer = await change(() => elb.send(new ELB.CreateLoadBalancerCommand(made)));
  const LoadBalancerArn = balancer.LoadBalancers?.[0]?.LoadBalancerArn;
  const settings = { Name: "web", Protocol: "HTTP", Port: 80, VpcId } as const;
  const group = await change(() => elb.send(new ELB.CreateTargetGroupCommand(settings)));
  const TargetGroupArn = group.TargetGroups?.[0]?.TargetGroupArn;
  const path = { TargetGroupArn, HealthCheckPath: "/up" };
  await change(() => elb.send(new ELB.ModifyTargetGroupCommand(path)));
  const delay = [{ Key: "deregistration_delay.timeout_seconds", Value: "0" }];
  await change(() => elb.send(new ELB.ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: delay })));
  const Targets = ids.map((Id) => ({ Id }));
  await change(() => elb.send(new ELB.RegisterTargetsCommand({ TargetGroupArn, Targets })));
  const DefaultActions = [{ Type: "forward" as const, TargetGroupArn }];
  const listening = { LoadBalancerArn, Protocol: "HTTP" as const, Port: 80, DefaultActions };
  const listener = await change(() => elb.send(new ELB.CreateListenerCommand(listening)));
  const ListenerArn = listener.Listeners?.[0]?.ListenerArn;
  await change(() => elb.send(new ELB.ModifyListenerCommand({ ListenerArn, Port: 8080 })));
  const Conditions = [{ Field: "path-pattern", PathPatternConfig: { Values: ["/a"] } }];
  const wanted = { ListenerArn, Priority: 1, Conditions, Actions: DefaultActions };
  const rule = await change(() => elb.send(new ELB.CreateRuleCommand(wanted)));
  const RuleArn = rule.Rules?.[0]?.RuleArn;
  await change(() => elb.send(new ELB.ModifyRuleCommand({ RuleArn, Conditions })));
  const address = await change(() => clients.ec2.send(new EC2.AllocateAddressCommand({ Domain: "vpc" })));
  await change(() => clients.ec2.send(new EC2.ReleaseAddressCommand({ AllocationId: address.AllocationId })));
  const Attributes = [{ Key: "idle_timeout.timeout_seconds", Value: "61" }];
  await change(() => elb.send(new ELB.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes })));
  const ResourceArns = [LoadBalancerArn ?? ""];
  await change(() => elb.send(new ELB.AddTagsCommand({ ResourceArns, Tags: [{ Key: "a", Value: "b" }] })));
  await change(() => elb.send(new ELB.RemoveTagsCommand({ ResourceArns, TagKeys: ["a"] })));
  await change(() => elb.send(new ELB.SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: [GroupId] })));
  await change(() => elb.send(new ELB.SetSubnetsCommand({ LoadBalancerArn, Subnets: [one, three] })));
  await change(() => elb.send(new ELB.DeregisterTargetsCommand({ TargetGroupArn, Targets: Targets.slice(1) })));
  await change(() => elb.send(new ELB.DeleteRuleCommand({ RuleArn })));
  await change(() => elb.send(new ELB.DeleteListenerCommand({ ListenerArn })));
  await change(() => elb.send(new ELB.DeleteLoadBalancerCommand({ LoadBalancerArn })));
  await change(() => elb.send(new ELB.DeleteTargetGroupCommand({ TargetGroupArn })));
}
