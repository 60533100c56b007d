import {
  AllocateAddress$,
  type AllocateAddressCommandInput,
  type AllocateAddressCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { withNewElasticIp } from "../elastic-ips.ts";
import { invalidCombination, invalidValue } from "../errors.ts";
import { newId } from "../ids.ts";
import { putTags, tagsFor } from "../tags.ts";

/** An address of the account's own, from Amazon's. There is no client token: the same request again makes another one. */
export const allocateAddress = action(
  AllocateAddress$,
  async (
    input: AllocateAddressCommandInput,
    { world, region },
  ): Promise<ActionOutput<AllocateAddressCommandOutput>> => {
    const { ec2 } = world;
    const { Domain = "vpc" } = input;
    if (Domain !== "vpc") throw invalidValue(`Invalid value '${Domain}' for domain.`);
    const wanted = input.Address ?? input.PublicIpv4Pool ?? input.CustomerOwnedIpv4Pool ?? input.IpamPoolId;
    if (wanted !== undefined) throw invalidCombination("The sandbox gives out addresses of its own choice only");
    const tags = tagsFor(input.TagSpecifications, "elastic-ip");
    return withNewElasticIp(world, async (publicIp) => {
      const id = newId("eipalloc");
      ec2.data.elasticIps[id] = { id, publicIp };
      putTags(ec2.data, id, tags);
      await ec2.save();
      return { AllocationId: id, PublicIp: publicIp, PublicIpv4Pool: "amazon", NetworkBorderGroup: region, Domain };
    });
  },
);
