import {
  DescribeAddresses$,
  type DescribeAddressesCommandInput,
  type DescribeAddressesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";

/** There are no Elastic IPs: the lecture's load balancer talks to private addresses. */
export const describeAddresses = action(DescribeAddresses$, (input: DescribeAddressesCommandInput) => {
  const [allocation] = input.AllocationIds ?? [];
  if (allocation !== undefined) {
    throw new AwsError("InvalidAllocationID.NotFound", `The allocation ID '${allocation}' does not exist`);
  }
  const [address] = input.PublicIps ?? [];
  if (address !== undefined) throw new AwsError("InvalidAddress.NotFound", `Address '${address}' not found.`);
  return { Addresses: [] } satisfies ActionOutput<DescribeAddressesCommandOutput>;
});
