import { DeleteTargetGroup$, type DeleteTargetGroupCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, AwsError } from "../../wire/action.ts";
import { isUsed } from "../associations.ts";
import { missing } from "../errors.ts";

/** Succeeds also when there is none. */
export const deleteTargetGroup = action(
  DeleteTargetGroup$,
  async (input: DeleteTargetGroupCommandInput, { world }): Promise<Record<string, never>> => {
    const { data } = world.elbv2;
    if (!input.TargetGroupArn) throw missing("targetGroupArn");
    const record = data.targetGroups[input.TargetGroupArn];
    if (!record) return {};
    if (isUsed(world, record.arn)) {
      throw new AwsError("ResourceInUse", `Target group '${record.arn}' is currently in use by a listener or a rule`);
    }
    delete data.targetGroups[record.arn];
    delete data.tags[record.arn];
    await world.elbv2.save();
    return {};
  },
);
