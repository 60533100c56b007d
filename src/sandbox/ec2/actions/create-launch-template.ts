import {
  CreateLaunchTemplate$,
  type CreateLaunchTemplateCommandInput,
  type CreateLaunchTemplateCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { idsOfToken, rememberToken } from "../client-tokens.ts";
import { getRecord, kinds } from "../find.ts";
import { newId } from "../ids.ts";
import { templateShape } from "../launch-templates.ts";
import type { LaunchTemplateRecord } from "../records.ts";
import { putTags, tagsFor } from "../tags.ts";

export const createLaunchTemplate = action(
  CreateLaunchTemplate$,
  async (input: CreateLaunchTemplateCommandInput, { world, caller }) => {
    const { ec2 } = world;
    const { data } = ec2;
    const answer = (template: LaunchTemplateRecord) =>
      ({ LaunchTemplate: templateShape(data, template) }) satisfies ActionOutput<CreateLaunchTemplateCommandOutput>;
    const [known] = idsOfToken(data, "CreateLaunchTemplate", input, (id) => id in data.launchTemplates) ?? [];
    if (known !== undefined) {
      await ec2.settled();
      return answer(getRecord(data.launchTemplates, known, kinds.launchTemplate));
    }
    const { LaunchTemplateName: name = "", LaunchTemplateData: settings = {} } = input;
    if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name)) {
      throw new AwsError(
        "InvalidLaunchTemplateName.MalformedException",
        "A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _.",
      );
    }
    if (Object.values(data.launchTemplates).some((template) => template.name === name)) {
      throw new AwsError("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
    }
    const tags = tagsFor(input.TagSpecifications, "launch-template");
    const createdAt = world.now().toISOString();
    const createdBy = caller.arn;
    const template: LaunchTemplateRecord = {
      id: newId("lt"),
      name,
      createdAt,
      createdBy,
      defaultVersion: 1,
      lastNumber: 1,
      versions: [{ number: 1, description: input.VersionDescription, createdAt, createdBy, settings }],
    };
    data.launchTemplates[template.id] = template;
    putTags(data, template.id, tags);
    rememberToken(data, "CreateLaunchTemplate", input, [template.id]);
    await ec2.save();
    return answer(template);
  },
);
