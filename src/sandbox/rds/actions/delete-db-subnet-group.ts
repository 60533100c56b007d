import { DeleteDBSubnetGroup$, type DeleteDBSubnetGroupCommandInput } from "@aws-sdk/client-rds";
import { action, AwsError } from "../../wire/action.ts";
import { getSubnetGroup } from "../find.ts";

export const deleteSubnetGroup = action(
  DeleteDBSubnetGroup$,
  async (input: DeleteDBSubnetGroupCommandInput, { world }): Promise<Record<string, never>> => {
    const { data, ...rds } = world.rds;
    const { name, arn } = getSubnetGroup(world, input.DBSubnetGroupName);
    const user = Object.values(data.databases).find(({ subnetGroupName }) => subnetGroupName === name);
    if (user) {
      const message = `Cannot delete the subnet group '${name}' because at least one database instance: ${user.id} is still using it.`;
      throw new AwsError("InvalidDBSubnetGroupStateFault", message);
    }
    delete data.subnetGroups[name];
    delete data.tags[arn];
    await rds.save();
    return {};
  },
);
