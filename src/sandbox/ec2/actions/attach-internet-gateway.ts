import { AttachInternetGateway$, type AttachInternetGatewayCommandInput } from "@aws-sdk/client-ec2";
import { action, AwsError } from "../../wire/action.ts";
import { invalidValue } from "../errors.ts";
import { getInternetGateway, getVpc } from "../find.ts";
import { refreshFirewalls } from "../firewalls.ts";

export const attachInternetGateway = action(
  AttachInternetGateway$,
  async (input: AttachInternetGatewayCommandInput, { world }) => {
    const { ec2 } = world;
    const gateway = getInternetGateway(ec2, input.InternetGatewayId);
    const vpc = getVpc(ec2, input.VpcId);
    if (gateway.vpcId !== undefined) {
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
      );
    }
    if (Object.values(ec2.data.internetGateways).some(({ vpcId }) => vpcId === vpc.id)) {
      throw invalidValue(`Network ${vpc.id} already has an internet gateway attached`);
    }
    gateway.vpcId = vpc.id;
    await ec2.save();
    await refreshFirewalls(world, "all");
    return {};
  },
);
