import {
  ModifyLaunchTemplate$,
  type ModifyLaunchTemplateCommandInput,
  type ModifyLaunchTemplateCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { missingParameter } from "../errors.ts";
import { getLaunchTemplate, getVersion, templateShape } from "../launch-templates.ts";

/** Makes another version the default one. */
export const modifyLaunchTemplate = action(
  ModifyLaunchTemplate$,
  async (input: ModifyLaunchTemplateCommandInput, { world: { ec2 } }) => {
    const template = getLaunchTemplate(ec2, input);
    if (input.DefaultVersion === undefined) throw missingParameter("SetDefaultVersion");
    template.defaultVersion = getVersion(template, input.DefaultVersion).number;
    await ec2.save();
    return {
      LaunchTemplate: templateShape(ec2.data, template),
    } satisfies ActionOutput<ModifyLaunchTemplateCommandOutput>;
  },
);
