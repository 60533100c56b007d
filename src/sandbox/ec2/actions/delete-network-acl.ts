import { DeleteNetworkAcl$, type DeleteNetworkAclCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { hasDependencies, invalidValue } from "../errors.ts";
import { getAcl } from "../network-acls.ts";
import { forgetTags } from "../tags.ts";

export const deleteNetworkAcl = action(
  DeleteNetworkAcl$,
  async (input: DeleteNetworkAclCommandInput, { world: { ec2 } }) => {
    const { id, isDefault, associations } = getAcl(ec2.data, input.NetworkAclId);
    if (isDefault) throw invalidValue(`cannot delete default network ACL ${id}`);
    if (associations.length > 0) throw hasDependencies("networkAcl", id);
    delete ec2.data.networkAcls[id];
    forgetTags(ec2.data, id);
    await ec2.save();
    return {};
  },
);
