import {
  DeleteLaunchTemplate$,
  type DeleteLaunchTemplateCommandInput,
  type DeleteLaunchTemplateCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { getLaunchTemplate, templateShape } from "../launch-templates.ts";
import { forgetTags } from "../tags.ts";

/** With all its versions. Instances that were launched from it are none of its concern. */
export const deleteLaunchTemplate = action(
  DeleteLaunchTemplate$,
  async (input: DeleteLaunchTemplateCommandInput, { world: { ec2 } }) => {
    const template = getLaunchTemplate(ec2, input);
    const LaunchTemplate = templateShape(ec2.data, template);
    delete ec2.data.launchTemplates[template.id];
    forgetTags(ec2.data, template.id);
    await ec2.save();
    return { LaunchTemplate } satisfies ActionOutput<DeleteLaunchTemplateCommandOutput>;
  },
);
