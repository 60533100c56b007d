import { CreateVpc$, type CreateVpcCommandInput, type CreateVpcCommandOutput } from "@aws-sdk/client-ec2";
import { formatRange } from "../../docker/addresses.ts";
import { RangeInUseError } from "../../runtime.ts";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { hasNetworkSize, parseCidr } from "../cidr.ts";
import { newId } from "../ids.ts";
import { addVpc, removeVpcRecords } from "../vpcs.ts";
import { vpcShape } from "../shapes.ts";
import { putTags, tagsFor } from "../tags.ts";

export const createVpc = action(CreateVpc$, async (input: CreateVpcCommandInput, { world, region }) => {
  const range = parseCidr(input.CidrBlock, "cidrBlock");
  if (!hasNetworkSize(range)) throw new AwsError("InvalidVpc.Range", `The CIDR '${input.CidrBlock}' is invalid.`);
  const tags = tagsFor(input.TagSpecifications, "vpc");
  const { ec2, runtime } = world;
  const vpc = addVpc(ec2.data, {
    id: newId("vpc"),
    cidr: formatRange(range),
    region,
    state: "pending",
    instanceTenancy: input.InstanceTenancy === "dedicated" ? "dedicated" : "default",
    enableDnsSupport: true,
    enableDnsHostnames: false,
  });
  putTags(ec2.data, vpc.id, tags);
  // On record before the network is made: a daemon that is killed in between finds it again by its id.
  await ec2.save();
  try {
    await runtime.createNetwork({ vpcId: vpc.id, cidr: vpc.cidr });
  } catch (error) {
    await ec2.note(() => removeVpcRecords(ec2.data, vpc.id));
    if (!(error instanceof RangeInUseError)) throw error;
    // AWS lets the ranges of VPCs overlap. Here they are networks of one machine.
    const message = `The CIDR '${vpc.cidr}' is in use on this machine (sandbox): ${error.message}`;
    throw new AwsError("InvalidVpc.Range", message);
  }
  const answer = { Vpc: vpcShape(ec2.data, vpc) };
  await ec2.note(() => (vpc.state = "available"));
  return answer satisfies ActionOutput<CreateVpcCommandOutput>;
});
