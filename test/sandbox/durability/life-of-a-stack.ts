import * as ACM from "@aws-sdk/client-acm";
import * as Auto from "@aws-sdk/client-auto-scaling";
import * as EC2 from "@aws-sdk/client-ec2";
import * as ELB from "@aws-sdk/client-elastic-load-balancing-v2";
import * as IAM from "@aws-sdk/client-iam";
import * as RDS from "@aws-sdk/client-rds";
import * as S3 from "@aws-sdk/client-s3";
import * as SSM from "@aws-sdk/client-ssm";
import * as STS from "@aws-sdk/client-sts";
import { ownCertificate } from "../../support/own-certificate.ts";
import { debianAmd64 } from "../../../src/sandbox/ec2/images.ts";

export interface Clients {
  readonly acm: ACM.ACMClient;
  readonly auto: Auto.AutoScalingClient;
  readonly ec2: EC2.EC2Client;
  readonly elb: ELB.ElasticLoadBalancingV2Client;
  readonly iam: IAM.IAMClient;
  readonly rds: RDS.RDSClient;
  readonly s3: S3.S3Client;
  readonly ssm: SSM.SSMClient;
  readonly sts: STS.STSClient;
}

/** Carries out a call that changes something. */
export type Change = <Output>(send: () => Promise<Output>) => Promise<Output>;

const policy = (principal: object, action: string): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...principal, Action: action }] });
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

interface Network {
  readonly VpcId: string;
  readonly subnets: readonly string[];
  readonly InternetGatewayId: string;
  readonly RouteTableId: string;
  readonly association: string;
  readonly GroupId: string;
}

async function makeNetwork({ ec2 }: Clients, change: Change): Promise<Network> {
  const vpc = await change(() => ec2.send(new EC2.CreateVpcCommand({ CidrBlock: "10.5.0.0/16" })));
  const VpcId = vpc.Vpc?.VpcId ?? "";
  await change(() => ec2.send(new EC2.ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } })));
  const subnets: string[] = [];
  for (const [CidrBlock, zone] of [
    ["10.5.1.0/24", "a"],
    ["10.5.2.0/24", "c"],
    ["10.5.3.0/24", "d"],
  ] as const) {
    const AvailabilityZone = `ap-northeast-1${zone}`;
    const made = await change(() => ec2.send(new EC2.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone })));
    subnets.push(made.Subnet?.SubnetId ?? "");
  }
  const [SubnetId = ""] = subnets;
  const map = { SubnetId, MapPublicIpOnLaunch: { Value: true } };
  await change(() => ec2.send(new EC2.ModifySubnetAttributeCommand(map)));
  const gateway = await change(() => ec2.send(new EC2.CreateInternetGatewayCommand({})));
  const InternetGatewayId = gateway.InternetGateway?.InternetGatewayId ?? "";
  await change(() => ec2.send(new EC2.AttachInternetGatewayCommand({ InternetGatewayId, VpcId })));
  const table = await change(() => ec2.send(new EC2.CreateRouteTableCommand({ VpcId, ClientToken: "table" })));
  const RouteTableId = table.RouteTable?.RouteTableId ?? "";
  const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId: InternetGatewayId };
  await change(() => ec2.send(new EC2.CreateRouteCommand(route)));
  await change(() => ec2.send(new EC2.ReplaceRouteCommand(route)));
  const associated = await change(() => ec2.send(new EC2.AssociateRouteTableCommand({ RouteTableId, SubnetId })));
  const named = { GroupName: "web", Description: "the web group", VpcId };
  const group = await change(() => ec2.send(new EC2.CreateSecurityGroupCommand(named)));
  const GroupId = group.GroupId ?? "";
  const IpPermissions = [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }];
  await change(() => ec2.send(new EC2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions })));
  await change(() => ec2.send(new EC2.AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions })));
  await change(() => ec2.send(new EC2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions })));
  await change(() => ec2.send(new EC2.RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions })));
  const tags = { Resources: [VpcId], Tags: [{ Key: "a", Value: "b" }] };
  await change(() => ec2.send(new EC2.CreateTagsCommand(tags)));
  await change(() => ec2.send(new EC2.DeleteTagsCommand(tags)));
  const association = associated.AssociationId ?? "";
  await cutOff({ ec2 }, change, VpcId, SubnetId);
  return { VpcId, subnets, InternetGatewayId, RouteTableId, association, GroupId };
}

/** A subnet behind a network ACL that lets nothing through, and back behind the one of its VPC. */
async function cutOff({ ec2 }: Pick<Clients, "ec2">, change: Change, VpcId: string, SubnetId: string): Promise<void> {
  const Filters = [{ Name: "association.subnet-id", Values: [SubnetId] }];
  const { NetworkAcls = [] } = await ec2.send(new EC2.DescribeNetworkAclsCommand({ Filters }));
  const had = NetworkAcls[0]?.Associations?.find((it) => it.SubnetId === SubnetId);
  const made = await change(() => ec2.send(new EC2.CreateNetworkAclCommand({ VpcId, ClientToken: "acl" })));
  const NetworkAclId = made.NetworkAcl?.NetworkAclId ?? "";
  const closed = { AssociationId: had?.NetworkAclAssociationId, NetworkAclId };
  const { NewAssociationId } = await change(() => ec2.send(new EC2.ReplaceNetworkAclAssociationCommand(closed)));
  const open = { AssociationId: NewAssociationId, NetworkAclId: had?.NetworkAclId };
  await change(() => ec2.send(new EC2.ReplaceNetworkAclAssociationCommand(open)));
  await change(() => ec2.send(new EC2.DeleteNetworkAclCommand({ NetworkAclId })));
}

async function takeNetworkDown({ ec2 }: Clients, change: Change, network: Network): Promise<void> {
  const { VpcId, RouteTableId, InternetGatewayId, GroupId } = network;
  const AssociationId = network.association;
  await change(() => ec2.send(new EC2.DisassociateRouteTableCommand({ AssociationId })));
  await change(() => ec2.send(new EC2.DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0" })));
  await change(() => ec2.send(new EC2.DeleteRouteTableCommand({ RouteTableId })));
  await change(() => ec2.send(new EC2.DetachInternetGatewayCommand({ InternetGatewayId, VpcId })));
  await change(() => ec2.send(new EC2.DeleteInternetGatewayCommand({ InternetGatewayId })));
  await change(() => ec2.send(new EC2.DeleteSecurityGroupCommand({ GroupId })));
  for (const SubnetId of network.subnets) {
    await change(() => ec2.send(new EC2.DeleteSubnetCommand({ SubnetId })));
  }
  await change(() => ec2.send(new EC2.DeleteVpcCommand({ VpcId })));
}

async function makeInstances({ ec2 }: Clients, change: Change, network: Network): Promise<readonly string[]> {
  const launch = { ImageId: debianAmd64, InstanceType: "t3.small", MinCount: 1, MaxCount: 1 } as const;
  const ids: string[] = [];
  for (const SubnetId of network.subnets.slice(0, 2)) {
    const launched = await change(() =>
      ec2.send(
        new EC2.RunInstancesCommand({
          ...launch,
          SubnetId,
          SecurityGroupIds: [network.GroupId],
          ClientToken: SubnetId,
          ...(ids.length === 0 ? { IamInstanceProfile: { Name: "host" } } : {}),
          BlockDeviceMappings: [{ DeviceName: "/dev/sdf", Ebs: { VolumeSize: 1, DeleteOnTermination: false } }],
        }),
      ),
    );
    ids.push(launched.Instances?.[0]?.InstanceId ?? "");
  }
  const [, InstanceId] = ids;
  const options = { InstanceId, HttpTokens: "required" } as const;
  await change(() => ec2.send(new EC2.ModifyInstanceMetadataOptionsCommand(options)));
  const InstanceInitiatedShutdownBehavior = { Value: "terminate" } as const;
  await change(() =>
    ec2.send(new EC2.ModifyInstanceAttributeCommand({ InstanceId, InstanceInitiatedShutdownBehavior })),
  );
  const IamInstanceProfile = { Name: "host" };
  const made = await change(() =>
    ec2.send(new EC2.AssociateIamInstanceProfileCommand({ InstanceId, IamInstanceProfile })),
  );
  const AssociationId = made.IamInstanceProfileAssociation?.AssociationId;
  await change(() => ec2.send(new EC2.DisassociateIamInstanceProfileCommand({ AssociationId })));
  const InstanceIds = [InstanceId ?? ""];
  await change(() => ec2.send(new EC2.RebootInstancesCommand({ InstanceIds })));
  await change(() => ec2.send(new EC2.StopInstancesCommand({ InstanceIds })));
  await change(() => ec2.send(new EC2.StartInstancesCommand({ InstanceIds })));
  return ids;
}

async function makeImage({ ec2 }: Clients, change: Change, InstanceId = ""): Promise<void> {
  const { ImageId } = await change(() => ec2.send(new EC2.CreateImageCommand({ InstanceId, Name: "golden" })));
  const { Snapshots = [] } = await ec2.send(new EC2.DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
  await change(() => ec2.send(new EC2.DeregisterImageCommand({ ImageId })));
  const [{ SnapshotId } = {}] = Snapshots;
  await change(() => ec2.send(new EC2.DeleteSnapshotCommand({ SnapshotId })));
}

async function makeTemplate({ ec2 }: Clients, change: Change): Promise<void> {
  const LaunchTemplateData = { ImageId: debianAmd64, InstanceType: "t3.small" } as const;
  const made = { LaunchTemplateName: "web", LaunchTemplateData, ClientToken: "web" };
  const { LaunchTemplate } = await change(() => ec2.send(new EC2.CreateLaunchTemplateCommand(made)));
  const template = { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId };
  await change(() => ec2.send(new EC2.CreateLaunchTemplateVersionCommand({ ...template, LaunchTemplateData })));
  await change(() => ec2.send(new EC2.ModifyLaunchTemplateCommand({ ...template, DefaultVersion: "2" })));
  await change(() => ec2.send(new EC2.DeleteLaunchTemplateVersionsCommand({ ...template, Versions: ["1"] })));
  await change(() => ec2.send(new EC2.DeleteLaunchTemplateCommand(template)));
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

async function takeInstancesDown({ ec2 }: Clients, change: Change, ids: readonly string[]): Promise<void> {
  await change(() => ec2.send(new EC2.TerminateInstancesCommand({ InstanceIds: [...ids] })));
  const { Volumes = [] } = await ec2.send(new EC2.DescribeVolumesCommand({}));
  for (const { VolumeId } of Volumes) await change(() => ec2.send(new EC2.DeleteVolumeCommand({ VolumeId })));
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

async function keepObjects({ s3 }: Clients, change: Change): Promise<void> {
  const Bucket = "life-of-a-stack";
  const CreateBucketConfiguration = { LocationConstraint: "ap-northeast-1" } as const;
  await change(() => s3.send(new S3.CreateBucketCommand({ Bucket, CreateBucketConfiguration })));
  await configureBucket({ s3 }, change, Bucket);
  const Tagging = { TagSet: [{ Key: "a", Value: "b" }] };
  await change(() => s3.send(new S3.PutObjectCommand({ Bucket, Key: "k", Body: "bytes" })));
  await change(() => s3.send(new S3.PutObjectCommand({ Bucket, Key: "k", Body: "other bytes" })));
  await change(() => s3.send(new S3.PutObjectTaggingCommand({ Bucket, Key: "k", Tagging })));
  await change(() => s3.send(new S3.DeleteObjectTaggingCommand({ Bucket, Key: "k" })));
  const CopySource = `${Bucket}/k`;
  await change(() => s3.send(new S3.CopyObjectCommand({ Bucket, Key: "copy", CopySource })));
  for (const Key of ["whole", "broken off"]) {
    const { UploadId } = await change(() => s3.send(new S3.CreateMultipartUploadCommand({ Bucket, Key })));
    const upload = { Bucket, Key, UploadId };
    const part = await change(() => s3.send(new S3.UploadPartCommand({ ...upload, PartNumber: 1, Body: "part" })));
    await change(() => s3.send(new S3.UploadPartCopyCommand({ ...upload, PartNumber: 2, CopySource })));
    if (Key === "whole") {
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
      await change(() => s3.send(new S3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload })));
    } else await change(() => s3.send(new S3.AbortMultipartUploadCommand(upload)));
  }
  await change(() => s3.send(new S3.DeleteObjectCommand({ Bucket, Key: "k" })));
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new S3.ListObjectVersionsCommand({ Bucket }));
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await change(() => s3.send(new S3.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key, VersionId }] } })));
  }
  await change(() => s3.send(new S3.DeleteBucketCommand({ Bucket })));
}

async function configureBucket({ s3 }: Pick<Clients, "s3">, change: Change, Bucket: string): Promise<void> {
  const TagSet = [{ Key: "a", Value: "b" }];
  const rules = [{ ID: "old", Status: "Enabled" as const, Prefix: "", Expiration: { Days: 1 } }];
  const CORSRules = [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }];
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } }];
  const owned = { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" as const }] };
  const VersioningConfiguration = { Status: "Enabled" as const };
  const IndexDocument = { Suffix: "index.html" };
  const Policy = policy({ Principal: "*", Resource: `arn:aws:s3:::${Bucket}/*` }, "s3:GetObject");
  const PublicAccessBlockConfiguration = { BlockPublicPolicy: false };
  await change(() => s3.send(new S3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration })));
  await change(() => s3.send(new S3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } })));
  await change(() => s3.send(new S3.DeleteBucketTaggingCommand({ Bucket })));
  const LifecycleConfiguration = { Rules: rules };
  await change(() => s3.send(new S3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration })));
  await change(() => s3.send(new S3.DeleteBucketLifecycleCommand({ Bucket })));
  await change(() => s3.send(new S3.PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } })));
  await change(() => s3.send(new S3.DeleteBucketCorsCommand({ Bucket })));
  const ServerSideEncryptionConfiguration = { Rules };
  await change(() => s3.send(new S3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration })));
  await change(() => s3.send(new S3.DeleteBucketEncryptionCommand({ Bucket })));
  await change(() => s3.send(new S3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: owned })));
  await change(() => s3.send(new S3.DeleteBucketOwnershipControlsCommand({ Bucket })));
  await change(() => s3.send(new S3.PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: { IndexDocument } })));
  await change(() => s3.send(new S3.DeleteBucketWebsiteCommand({ Bucket })));
  await change(() => s3.send(new S3.PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} })));
  await change(() => s3.send(new S3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration })));
  await change(() => s3.send(new S3.DeletePublicAccessBlockCommand({ Bucket })));
  await change(() => s3.send(new S3.PutBucketPolicyCommand({ Bucket, Policy })));
  await change(() => s3.send(new S3.DeleteBucketPolicyCommand({ Bucket })));
}

async function keepParameters({ ssm }: Clients, change: Change): Promise<void> {
  const [Name, ResourceType] = ["/app/secret", "Parameter"] as const;
  const Tags = [{ Key: "a", Value: "b" }];
  await change(() => ssm.send(new SSM.PutParameterCommand({ Name, Value: "secret", Type: "SecureString", Tags })));
  await change(() => ssm.send(new SSM.AddTagsToResourceCommand({ ResourceType, ResourceId: Name, Tags })));
  await change(() =>
    ssm.send(new SSM.RemoveTagsFromResourceCommand({ ResourceType, ResourceId: Name, TagKeys: ["a"] })),
  );
  await change(() => ssm.send(new SSM.DeleteParametersCommand({ Names: [Name] })));
}

async function keepCertificates({ acm }: Clients, change: Change): Promise<void> {
  const { CertificateArn } = await change(() =>
    acm.send(new ACM.RequestCertificateCommand({ DomainName: "www.example.test", KeyAlgorithm: "EC_prime256v1" })),
  );
  const tags = { CertificateArn, Tags: [{ Key: "a", Value: "b" }] };
  await change(() => acm.send(new ACM.AddTagsToCertificateCommand(tags)));
  await change(() => acm.send(new ACM.RemoveTagsFromCertificateCommand(tags)));
  await change(() => acm.send(new ACM.DeleteCertificateCommand({ CertificateArn })));
  const { certificate, privateKey } = ownCertificate(["own.example.test"]);
  const imported = { Certificate: Buffer.from(certificate), PrivateKey: Buffer.from(privateKey) };
  await change(() => acm.send(new ACM.ImportCertificateCommand(imported)));
}

/** `change` waits until nothing goes on in the background, so each call meets a database that is at rest. */
async function keepDatabase({ rds }: Clients, change: Change, { subnets, GroupId }: Network): Promise<void> {
  const DBSubnetGroupName = "private";
  const group = { DBSubnetGroupName, DBSubnetGroupDescription: "two zones", SubnetIds: subnets.slice(0, 2) };
  await change(() => rds.send(new RDS.CreateDBSubnetGroupCommand(group)));
  const it = { DBInstanceIdentifier: "orders" };
  const made = await change(() =>
    rds.send(
      new RDS.CreateDBInstanceCommand({
        ...it,
        Engine: "mysql",
        DBInstanceClass: "db.t4g.micro",
        AllocatedStorage: 20,
        MasterUsername: "admin",
        MasterUserPassword: "correct.horse-battery",
        DBSubnetGroupName,
        VpcSecurityGroupIds: [GroupId],
        MultiAZ: true,
      }),
    ),
  );
  const ResourceName = made.DBInstance?.DBInstanceArn ?? "";
  const Tags = [{ Key: "a", Value: "b" }];
  await change(() => rds.send(new RDS.AddTagsToResourceCommand({ ResourceName, Tags })));
  await change(() => rds.send(new RDS.RemoveTagsFromResourceCommand({ ResourceName, TagKeys: ["a"] })));
  await change(() => rds.send(new RDS.ModifyDBInstanceCommand({ ...it, BackupRetentionPeriod: 3 })));
  await change(() => rds.send(new RDS.RebootDBInstanceCommand({ ...it, ForceFailover: true })));
  const snapshot = { DBSnapshotIdentifier: "before" };
  await change(() => rds.send(new RDS.CreateDBSnapshotCommand({ ...it, ...snapshot })));
  await change(() => rds.send(new RDS.StopDBInstanceCommand(it)));
  await change(() => rds.send(new RDS.StartDBInstanceCommand(it)));
  await change(() => rds.send(new RDS.DeleteDBInstanceCommand({ ...it, SkipFinalSnapshot: true })));
  const again = { ...snapshot, DBInstanceIdentifier: "again", DBSubnetGroupName };
  await change(() => rds.send(new RDS.RestoreDBInstanceFromDBSnapshotCommand(again)));
  const restored = { DBInstanceIdentifier: "again", FinalDBSnapshotIdentifier: "last" };
  await change(() => rds.send(new RDS.DeleteDBInstanceCommand(restored)));
  await change(() => rds.send(new RDS.DeleteDBSnapshotCommand(snapshot)));
  await change(() => rds.send(new RDS.DeleteDBSnapshotCommand({ DBSnapshotIdentifier: "last" })));
  await change(() => rds.send(new RDS.DeleteDBSubnetGroupCommand({ DBSubnetGroupName })));
}
