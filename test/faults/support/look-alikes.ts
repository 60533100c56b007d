import * as ec2Sdk from "@aws-sdk/client-ec2";
import * as elbSdk from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iamSdk from "@aws-sdk/client-iam";
import * as s3Sdk from "@aws-sdk/client-s3";
import type { TestSandbox } from "../../support/sandbox.ts";

/** Something that looks like a part of the stack and is not. */
export interface LookAlike {
  readonly what: string;
  /** All that the sandbox knows of it, as text to compare. */
  read(): string;
}

export const stack = "lecture05";
export const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** In whose name a set of look-alikes stands: `tags` are what it has beside the names of ours. */
interface Owner {
  readonly who: string;
  /** Starts the names that have to differ from ours; chosen to sort and to begin like ours. */
  readonly prefix: string;
  readonly cidr: string;
  readonly stackTag: string | undefined;
}

export const owners: readonly Owner[] = [
  { who: "nobody's tag", prefix: `${stack}-copy`, cidr: "10.7.0.0/16", stackTag: undefined },
  { who: "a stack whose name begins like ours", prefix: `${stack}-2`, cidr: "10.8.0.0/16", stackTag: `${stack}-2` },
  { who: "another stack", prefix: `a-${stack}`, cidr: "10.9.0.0/16", stackTag: "other" },
];

export interface Clients {
  readonly ec2: ec2Sdk.EC2Client;
  readonly elb: elbSdk.ElasticLoadBalancingV2Client;
  readonly iam: iamSdk.IAMClient;
  readonly s3: s3Sdk.S3Client;
  destroy(): void;
}

export function clientsOf(sandbox: TestSandbox): Clients {
  const config = sandbox.clientConfig();
  const [ec2, elb] = [new ec2Sdk.EC2Client(config), new elbSdk.ElasticLoadBalancingV2Client(config)];
  const [iam, s3] = [new iamSdk.IAMClient(config), new s3Sdk.S3Client(config)];
  const destroy = (): void => [ec2, elb, iam, s3].forEach((client) => client.destroy());
  return { ec2, elb, iam, s3, destroy };
}

/** Sixteen of one owner: a whole stack as ours, with our names wherever AWS lets two have the same. */
export async function plantStack(sandbox: TestSandbox, clients: Clients, owner: Owner): Promise<LookAlike[]> {
  const { ec2, elb, iam } = clients;
  const { prefix, cidr, stackTag, who } = owner;
  const { ec2: ec2Store, elbv2: elbStore, iam: iamStore } = sandbox.world;
  const planted: LookAlike[] = [];
  const tags = (name: string): { Key: string; Value: string }[] => [
    ...(stackTag ? [{ Key: "lecture05:stack", Value: stackTag }] : []),
    { Key: "lecture05:step", Value: "ec2" },
    { Key: "lecture05:name", Value: name },
    { Key: "Name", Value: `${stack}-${name}` },
  ];
  const tagged = <Type extends ec2Sdk.ResourceType>(ResourceType: Type, name: string) => ({
    TagSpecifications: [{ ResourceType, Tags: tags(name) }],
  });
  const add = (type: string, id: string | undefined, read: (id: string) => unknown): string => {
    if (!id) throw new Error(`no ${type} was made`);
    planted.push({ what: `${type} ${id} of ${who}`, read: () => JSON.stringify(read(id) ?? "gone") });
    return id;
  };
  const ec2Facts =
    (list: "vpcs" | "subnets" | "internetGateways" | "routeTables" | "securityGroups" | "instances") =>
    (id: string) => [ec2Store.data[list][id], ec2Store.data.tags[id]];

  const vpc = await ec2.send(new ec2Sdk.CreateVpcCommand({ CidrBlock: cidr, ...tagged("vpc", "vpc") }));
  const VpcId = add("ec2:vpc", vpc.Vpc?.VpcId, ec2Facts("vpcs"));
  const gateway = await ec2.send(
    new ec2Sdk.CreateInternetGatewayCommand(tagged("internet-gateway", "internet-gateway")),
  );
  const InternetGatewayId = add(
    "ec2:internet-gateway",
    gateway.InternetGateway?.InternetGatewayId,
    ec2Facts("internetGateways"),
  );
  await ec2.send(new ec2Sdk.AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  const table = await ec2.send(new ec2Sdk.CreateRouteTableCommand({ VpcId, ...tagged("route-table", "public") }));
  const RouteTableId = add("ec2:route-table", table.RouteTable?.RouteTableId, ec2Facts("routeTables"));
  const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId: InternetGatewayId };
  await ec2.send(new ec2Sdk.CreateRouteCommand(route));
  const subnets: string[] = [];
  for (const [index, zone] of ["a", "c"].entries()) {
    const made = await ec2.send(
      new ec2Sdk.CreateSubnetCommand({
        VpcId,
        CidrBlock: cidr.replace("0.0/16", `${index + 1}.0/24`),
        AvailabilityZone: `ap-northeast-1${zone}`,
        ...tagged("subnet", `public-${zone}`),
      }),
    );
    const SubnetId = add("ec2:subnet", made.Subnet?.SubnetId, ec2Facts("subnets"));
    await ec2.send(new ec2Sdk.AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    subnets.push(SubnetId);
  }
  const groups: string[] = [];
  for (const name of ["host", "load-balancer"]) {
    const request = {
      VpcId,
      GroupName: `${stack}-${name}`,
      Description: "not ours",
      ...tagged("security-group", name),
    };
    const made = await ec2.send(new ec2Sdk.CreateSecurityGroupCommand(request));
    groups.push(add("ec2:security-group", made.GroupId, ec2Facts("securityGroups")));
  }
  const images = await ec2.send(new ec2Sdk.DescribeImagesCommand({}));
  const instance = await ec2.send(
    new ec2Sdk.RunInstancesCommand({
      ImageId: images.Images?.[0]?.ImageId,
      InstanceType: "t3.small",
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnets[0],
      SecurityGroupIds: groups.slice(0, 1),
      ...tagged("instance", "host-1"),
    }),
  );
  const instanceId = add("ec2:instance", instance.Instances?.[0]?.InstanceId, ec2Facts("instances"));
  const { volumes, networkInterfaces } = ec2Store.data;
  const volume = Object.values(volumes).find(({ attachment }) => attachment?.instanceId === instanceId);
  add("ec2:volume", volume?.id, (id) => [volumes[id], ec2Store.data.tags[id]]);
  const own = Object.values(networkInterfaces).find((it) => it.instanceId === instanceId);
  add("ec2:network-interface", own?.id, (id) => [networkInterfaces[id], ec2Store.data.tags[id]]);

  const RoleName = `${prefix}-host`;
  await iam.send(new iamSdk.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, Tags: tags("host") }));
  add("iam:role", RoleName, (id) => Object.values(iamStore.data.roles).find(({ name }) => name === id));
  await iam.send(new iamSdk.CreateInstanceProfileCommand({ InstanceProfileName: RoleName, Tags: tags("host") }));
  await iam.send(new iamSdk.AddRoleToInstanceProfileCommand({ InstanceProfileName: RoleName, RoleName }));
  add("iam:instance-profile", RoleName, (id) =>
    Object.values(iamStore.data.instanceProfiles).find(({ name }) => name === id),
  );

  const elbFacts = (list: "loadBalancers" | "targetGroups" | "listeners") => (arn: string) => [
    elbStore.data[list][arn],
    elbStore.data.tags[arn],
  ];
  const group = await elb.send(
    new elbSdk.CreateTargetGroupCommand({ Name: prefix, VpcId, Port: 80, Protocol: "HTTP", Tags: tags("hosts") }),
  );
  const TargetGroupArn = add("elbv2:target-group", group.TargetGroups?.[0]?.TargetGroupArn, elbFacts("targetGroups"));
  await elb.send(new elbSdk.RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: instanceId, Port: 80 }] }));
  const balancer = await elb.send(
    new elbSdk.CreateLoadBalancerCommand({ Name: prefix, Subnets: subnets, Tags: tags("load-balancer") }),
  );
  const LoadBalancerArn = add(
    "elbv2:load-balancer",
    balancer.LoadBalancers?.[0]?.LoadBalancerArn,
    elbFacts("loadBalancers"),
  );
  await elbSdk.waitUntilLoadBalancerAvailable({ client: elb, maxWaitTime: 20, minDelay: 1 }, { Names: [prefix] });
  const DefaultActions = [{ Type: "forward" as const, TargetGroupArn }];
  const listener = await elb.send(
    new elbSdk.CreateListenerCommand({
      LoadBalancerArn,
      Port: 80,
      Protocol: "HTTP",
      DefaultActions,
      Tags: tags("http"),
    }),
  );
  add("elbv2:listener", listener.Listeners?.[0]?.ListenerArn, elbFacts("listeners"));

  planted.push(await plantBucket(sandbox, clients, `${prefix}-ap-northeast-1-000000000000`, tags("bucket")));
  return planted;
}

/** A bucket with an object in it that is somebody's only copy. */
export async function plantBucket(
  sandbox: TestSandbox,
  { s3 }: Pick<Clients, "s3">,
  Bucket: string,
  TagSet: { Key: string; Value: string }[] = [],
): Promise<LookAlike> {
  await s3.send(new s3Sdk.CreateBucketCommand({ Bucket }));
  if (TagSet.length > 0) await s3.send(new s3Sdk.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  await s3.send(new s3Sdk.PutObjectCommand({ Bucket, Key: "holiday.jpg", Body: "the only copy" }));
  return {
    what: `s3:bucket ${Bucket}`,
    read() {
      const found = sandbox.world.s3.all().find(({ config }) => config.name === Bucket);
      return JSON.stringify(found ? [found.config, found.index.keys.map((key) => found.index.latest(key))] : "gone");
    },
  };
}
