import { ModifyVpcAttribute$, type ModifyVpcAttributeCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { invalidCombination } from "../errors.ts";
import { getVpc } from "../find.ts";

export const modifyVpcAttribute = action(
  ModifyVpcAttribute$,
  async (input: ModifyVpcAttributeCommandInput, { world: { ec2 } }) => {
    const vpc = getVpc(ec2, input.VpcId);
    const support = input.EnableDnsSupport?.Value;
    const hostnames = input.EnableDnsHostnames?.Value;
    if ((support === undefined) === (hostnames === undefined)) {
      throw invalidCombination("Exactly one attribute must be specified.");
    }
    if (support !== undefined) vpc.enableDnsSupport = support;
    if (hostnames !== undefined) vpc.enableDnsHostnames = hostnames;
    await ec2.save();
    return {};
  },
);
