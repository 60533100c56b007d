import { DetachInternetGateway$, type DetachInternetGatewayCommandInput } from "@aws-sdk/client-ec2";
import { action, AwsError } from "../../wire/action.ts";
import { dependencyViolation } from "../errors.ts";
import { getInternetGateway, getVpc } from "../find.ts";
import { refreshFirewalls } from "../firewalls.ts";
import { publicIpOf } from "../public-address.ts";

export const detachInternetGateway = action(
  DetachInternetGateway$,
  async (input: DetachInternetGatewayCommandInput, { world }) => {
    const { ec2 } = world;
    const gateway = getInternetGateway(ec2, input.InternetGatewayId);
    const vpc = getVpc(ec2, input.VpcId);
    if (gateway.vpcId !== vpc.id) {
      throw new AwsError("Gateway.NotAttached", `resource ${gateway.id} is not attached to network ${vpc.id}`);
    }
    const inVpc = Object.values(ec2.data.networkInterfaces).filter(({ vpcId }) => vpcId === vpc.id);
    if (inVpc.some((it) => publicIpOf(ec2.data, it) !== undefined)) {
      throw dependencyViolation(
        `Network ${vpc.id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
      );
    }
    gateway.vpcId = undefined;
    await ec2.save();
    await refreshFirewalls(world, "all");
    return {};
  },
);
