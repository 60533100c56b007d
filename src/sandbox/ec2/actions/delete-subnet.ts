import { DeleteSubnet$, type DeleteSubnetCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { hasDependencies } from "../errors.ts";
import { getSubnet } from "../find.ts";
import { forgetSubnet } from "../network-acls.ts";
import { forgetTags } from "../tags.ts";

export const deleteSubnet = action(DeleteSubnet$, async (input: DeleteSubnetCommandInput, { world: { ec2 } }) => {
  const { id } = getSubnet(ec2, input.SubnetId);
  const { data } = ec2;
  if (Object.values(data.networkInterfaces).some(({ subnetId }) => subnetId === id)) {
    throw hasDependencies("subnet", id);
  }
  delete data.subnets[id];
  forgetTags(data, id);
  for (const table of Object.values(data.routeTables)) {
    table.associations = table.associations.filter(({ subnetId }) => subnetId !== id);
  }
  forgetSubnet(data, id);
  await ec2.save();
  return {};
});
