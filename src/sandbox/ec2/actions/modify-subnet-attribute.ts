import { ModifySubnetAttribute$, type ModifySubnetAttributeCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { invalidCombination } from "../errors.ts";
import { getSubnet } from "../find.ts";

export const modifySubnetAttribute = action(
  ModifySubnetAttribute$,
  async (input: ModifySubnetAttributeCommandInput, { world: { ec2 } }) => {
    const subnet = getSubnet(ec2, input.SubnetId);
    const map = input.MapPublicIpOnLaunch?.Value;
    if (map === undefined) {
      throw invalidCombination("The sandbox changes one attribute of subnets: MapPublicIpOnLaunch.");
    }
    subnet.mapPublicIpOnLaunch = map;
    await ec2.save();
    return {};
  },
);
