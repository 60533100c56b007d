import {
  CreateNetworkAcl$,
  type CreateNetworkAclCommandInput,
  type CreateNetworkAclCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { idsOfToken, rememberToken } from "../client-tokens.ts";
import { getVpc } from "../find.ts";
import { newId } from "../ids.ts";
import { aclShape, getAcl } from "../network-acls.ts";
import { putTags, tagsFor } from "../tags.ts";

export const createNetworkAcl = action(
  CreateNetworkAcl$,
  async (input: CreateNetworkAclCommandInput, { world: { ec2 } }) => {
    const { data } = ec2;
    const answer = (id: string) =>
      ({
        NetworkAcl: aclShape(data, getAcl(data, id)),
        ClientToken: input.ClientToken,
      }) satisfies ActionOutput<CreateNetworkAclCommandOutput>;
    const [known] = idsOfToken(data, "CreateNetworkAcl", input, (id) => id in data.networkAcls) ?? [];
    if (known !== undefined) {
      await ec2.settled();
      return answer(known);
    }
    const { id: vpcId } = getVpc(ec2, input.VpcId);
    const tags = tagsFor(input.TagSpecifications, "network-acl");
    const id = newId("acl");
    data.networkAcls[id] = { id, vpcId, associations: [] };
    putTags(data, id, tags);
    rememberToken(data, "CreateNetworkAcl", input, [id]);
    await ec2.save();
    return answer(id);
  },
);
