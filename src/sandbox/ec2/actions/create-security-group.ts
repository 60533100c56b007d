import {
  CreateSecurityGroup$,
  type CreateSecurityGroupCommandInput,
  type CreateSecurityGroupCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import { invalidValue, missingParameter, noDefaultVpc } from "../errors.ts";
import { getVpc } from "../find.ts";
import { newId } from "../ids.ts";
import { allowAll } from "../rules.ts";
import { putTags, tagSet, tagsFor } from "../tags.ts";

const allowed = /^[\w\s.\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

export const createSecurityGroup = action(
  CreateSecurityGroup$,
  async (input: CreateSecurityGroupCommandInput, { world: { ec2 }, region }) => {
    const { GroupName: name, Description: description } = input;
    if (name === undefined) throw missingParameter("GroupName");
    if (!description) throw missingParameter("GroupDescription");
    if (!allowed.test(name) || name.startsWith("sg-")) {
      throw invalidValue(
        `Value (${name}) for parameter GroupName is invalid. Character sets beyond ASCII are not supported.`,
      );
    }
    if (!allowed.test(description)) {
      throw invalidValue(
        `Value (${description}) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.`,
      );
    }
    if (input.VpcId === undefined) throw noDefaultVpc();
    const vpc = getVpc(ec2, input.VpcId);
    if (name === "default") {
      throw new AwsError("InvalidParameterValue", "Cannot use reserved security group name: default");
    }
    if (Object.values(ec2.data.securityGroups).some((group) => group.vpcId === vpc.id && group.name === name)) {
      throw new AwsError("InvalidGroup.Duplicate", `The security group '${name}' already exists for VPC '${vpc.id}'`);
    }
    const tags = tagsFor(input.TagSpecifications, "security-group");
    const id = newId("sg");
    const rules = [allowAll(true, { cidrIpv4: "0.0.0.0/0" })];
    ec2.data.securityGroups[id] = { id, vpcId: vpc.id, name, description, rules };
    putTags(ec2.data, id, tags);
    await ec2.save();
    return {
      GroupId: id,
      SecurityGroupArn: `arn:aws:ec2:${region}:${sandboxAccount}:security-group/${id}`,
      Tags: tagSet(ec2.data, id),
    } satisfies ActionOutput<CreateSecurityGroupCommandOutput>;
  },
);
