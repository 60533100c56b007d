import { DeleteInternetGateway$, type DeleteInternetGatewayCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { hasDependencies } from "../errors.ts";
import { getInternetGateway } from "../find.ts";
import { forgetTags } from "../tags.ts";

export const deleteInternetGateway = action(
  DeleteInternetGateway$,
  async (input: DeleteInternetGatewayCommandInput, { world: { ec2 } }) => {
    const { id, vpcId } = getInternetGateway(ec2, input.InternetGatewayId);
    if (vpcId !== undefined) throw hasDependencies("internetGateway", id);
    delete ec2.data.internetGateways[id];
    forgetTags(ec2.data, id);
    await ec2.save();
    return {};
  },
);
