import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  type Tag,
} from "@aws-sdk/client-ec2";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { stack, type DoubleCloud } from "./double-cloud.ts";

/** What others have in the same account: another stack of ours, and names like ours without any tag of ours. */
export async function plantNeighbours(cloud: DoubleCloud): Promise<void> {
  const ec2 = new EC2Client(cloud.clientConfig);
  const iam = new IAMClient(cloud.clientConfig);
  const s3 = new S3Client({ ...cloud.clientConfig, forcePathStyle: true });
  const others = (name: string): Tag[] => [
    { Key: "lecture05:stack", Value: "neighbour" },
    { Key: "lecture05:name", Value: name },
    { Key: "Name", Value: `neighbour-${name}` },
  ];
  const likeOurs = (name: string): Tag[] => [{ Key: "Name", Value: `${stack}-${name}` }];
  try {
    for (const [cidr, tags] of [
      ["10.201.0.0/16", others],
      ["10.202.0.0/16", likeOurs],
    ] as const) {
      const tagged = <Type extends "vpc" | "subnet" | "internet-gateway" | "security-group">(
        ResourceType: Type,
        name: string,
      ) => [{ ResourceType, Tags: tags(name) }];
      const { Vpc } = await ec2.send(
        new CreateVpcCommand({ CidrBlock: cidr, TagSpecifications: tagged("vpc", "vpc") }),
      );
      const VpcId = Vpc?.VpcId;
      const subnet = { VpcId, CidrBlock: cidr.replace("0.0/16", "1.0/24"), AvailabilityZone: "ap-northeast-1a" };
      await ec2.send(new CreateSubnetCommand({ ...subnet, TagSpecifications: tagged("subnet", "public-a") }));
      const group = { VpcId, GroupName: `${stack}-host`, Description: "not ours" };
      await ec2.send(new CreateSecurityGroupCommand({ ...group, TagSpecifications: tagged("security-group", "host") }));
      const specification = { TagSpecifications: tagged("internet-gateway", "internet-gateway") };
      const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand(specification));
      await ec2.send(
        new AttachInternetGatewayCommand({ VpcId, InternetGatewayId: InternetGateway?.InternetGatewayId }),
      );
    }
    const statement = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
    const trust = { Version: "2012-10-17", Statement: [statement] };
    await iam.send(
      new CreateRoleCommand({ RoleName: "neighbour-host", AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    await s3.send(new CreateBucketCommand({ Bucket: `neighbour-${stack}` }));
    await s3.send(new PutObjectCommand({ Bucket: `neighbour-${stack}`, Key: "holiday.jpg", Body: "a picture" }));
  } finally {
    ec2.destroy();
    iam.destroy();
    s3.destroy();
  }
}
