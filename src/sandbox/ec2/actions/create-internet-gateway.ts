import {
  CreateInternetGateway$,
  type CreateInternetGatewayCommandInput,
  type CreateInternetGatewayCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { newId } from "../ids.ts";
import { internetGatewayShape } from "../shapes.ts";
import { putTags, tagsFor } from "../tags.ts";

export const createInternetGateway = action(
  CreateInternetGateway$,
  async (input: CreateInternetGatewayCommandInput, { world: { ec2 } }) => {
    const tags = tagsFor(input.TagSpecifications, "internet-gateway");
    const gateway = { id: newId("igw") };
    ec2.data.internetGateways[gateway.id] = gateway;
    putTags(ec2.data, gateway.id, tags);
    await ec2.save();
    return {
      InternetGateway: internetGatewayShape(ec2.data, gateway),
    } satisfies ActionOutput<CreateInternetGatewayCommandOutput>;
  },
);
