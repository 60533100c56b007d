import {
  DeleteSecurityGroup$,
  type DeleteSecurityGroupCommandInput,
  type DeleteSecurityGroupCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { dependencyViolation } from "../errors.ts";
import { getSecurityGroup } from "../find.ts";
import { forgetTags } from "../tags.ts";

export const deleteSecurityGroup = action(
  DeleteSecurityGroup$,
  async (input: DeleteSecurityGroupCommandInput, { world: { ec2 } }) => {
    if (input.GroupId === undefined && input.GroupName !== undefined) {
      const message = `The security group '${input.GroupName}' does not exist in default VPC`;
      throw new AwsError("InvalidGroup.NotFound", message);
    }
    const { id, name, rules } = getSecurityGroup(ec2, input.GroupId);
    if (name === "default") {
      throw new AwsError("CannotDelete", `the specified group: "${id}" name: "default" cannot be deleted by a user`);
    }
    const inUse =
      Object.values(ec2.data.networkInterfaces).some(({ groupIds }) => groupIds.includes(id)) ||
      Object.values(ec2.data.securityGroups).some((it) => it.id !== id && it.rules.some((rule) => rule.groupId === id));
    if (inUse) throw dependencyViolation(`resource ${id} has a dependent object`);
    delete ec2.data.securityGroups[id];
    forgetTags(ec2.data, id, ...rules.map((rule) => rule.id));
    await ec2.save();
    return { Return: true, GroupId: id } satisfies ActionOutput<DeleteSecurityGroupCommandOutput>;
  },
);
