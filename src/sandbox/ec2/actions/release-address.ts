import { ReleaseAddress$, type ReleaseAddressCommandInput } from "@aws-sdk/client-ec2";
import { action, AwsError } from "../../wire/action.ts";
import { userOf } from "../elastic-ips.ts";
import { missingParameter } from "../errors.ts";
import { getElasticIp } from "../find.ts";
import { forgetTags } from "../tags.ts";

export const releaseAddress = action(
  ReleaseAddress$,
  async (input: ReleaseAddressCommandInput, { world: { ec2 } }): Promise<Record<string, never>> => {
    if (input.AllocationId === undefined) throw missingParameter("AllocationId");
    const address = getElasticIp(ec2, input.AllocationId);
    if (userOf(ec2.data, address)) {
      throw new AwsError("InvalidIPAddress.InUse", `Address ${address.publicIp} is in use.`);
    }
    delete ec2.data.elasticIps[address.id];
    forgetTags(ec2.data, address.id);
    await ec2.save();
    return {};
  },
);
