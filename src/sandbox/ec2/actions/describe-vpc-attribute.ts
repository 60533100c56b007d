import {
  DescribeVpcAttribute$,
  type DescribeVpcAttributeCommandInput,
  type DescribeVpcAttributeCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalidValue } from "../errors.ts";
import { getVpc } from "../find.ts";

export const describeVpcAttribute = action(
  DescribeVpcAttribute$,
  (input: DescribeVpcAttributeCommandInput, { world: { ec2 } }): ActionOutput<DescribeVpcAttributeCommandOutput> => {
    const vpc = getVpc(ec2, input.VpcId);
    switch (input.Attribute) {
      case "enableDnsSupport":
        return { VpcId: vpc.id, EnableDnsSupport: { Value: vpc.enableDnsSupport } };
      case "enableDnsHostnames":
        return { VpcId: vpc.id, EnableDnsHostnames: { Value: vpc.enableDnsHostnames } };
      case "enableNetworkAddressUsageMetrics":
        return { VpcId: vpc.id, EnableNetworkAddressUsageMetrics: { Value: false } };
      default:
        throw invalidValue(`Value (${input.Attribute}) for parameter attribute is invalid. Unknown VPC attribute.`);
    }
  },
);
