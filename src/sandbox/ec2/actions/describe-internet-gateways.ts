import {
  DescribeInternetGateways$,
  type DescribeInternetGatewaysCommandInput,
  type DescribeInternetGatewaysCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import type { FilterFields } from "../filter.ts";
import { kinds } from "../find.ts";
import type { InternetGatewayRecord } from "../records.ts";
import { selectPage } from "../select.ts";
import { internetGatewayShape } from "../shapes.ts";

const fields: FilterFields<InternetGatewayRecord> = {
  "attachment.state": ({ vpcId }) => (vpcId === undefined ? undefined : "available"),
  "attachment.vpc-id": ({ vpcId }) => vpcId,
  "internet-gateway-id": ({ id }) => id,
  "owner-id": () => sandboxAccount,
};

export const describeInternetGateways = action(
  DescribeInternetGateways$,
  (input: DescribeInternetGatewaysCommandInput, { world: { ec2 } }) => {
    const { items, NextToken } = selectPage(ec2, input, {
      records: ec2.data.internetGateways,
      kind: kinds.internetGateway,
      ids: input.InternetGatewayIds,
      fields,
    });
    return {
      InternetGateways: items.map((gateway) => internetGatewayShape(ec2.data, gateway)),
      NextToken,
    } satisfies ActionOutput<DescribeInternetGatewaysCommandOutput>;
  },
);
