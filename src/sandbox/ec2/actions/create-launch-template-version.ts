import {
  CreateLaunchTemplateVersion$,
  type CreateLaunchTemplateVersionCommandInput,
  type CreateLaunchTemplateVersionCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { idsOfToken, rememberToken } from "../client-tokens.ts";
import { getLaunchTemplate, getVersion, versionShape } from "../launch-templates.ts";

/** From a source version all that is not given anew is taken over. */
export const createLaunchTemplateVersion = action(
  CreateLaunchTemplateVersion$,
  async (input: CreateLaunchTemplateVersionCommandInput, { world, caller }) => {
    const { ec2 } = world;
    const template = getLaunchTemplate(ec2, input);
    const has = (number: string): boolean => template.versions.some((version) => String(version.number) === number);
    const [known] = idsOfToken(ec2.data, "CreateLaunchTemplateVersion", input, has) ?? [];
    if (known === undefined) {
      const source = input.SourceVersion === undefined ? undefined : getVersion(template, input.SourceVersion);
      template.lastNumber += 1;
      template.versions.push({
        number: template.lastNumber,
        description: input.VersionDescription,
        createdAt: world.now().toISOString(),
        createdBy: caller.arn,
        settings: { ...source?.settings, ...input.LaunchTemplateData },
      });
      rememberToken(ec2.data, "CreateLaunchTemplateVersion", input, [String(template.lastNumber)]);
      await ec2.save();
    } else await ec2.settled();
    const version = getVersion(template, known ?? String(template.lastNumber));
    return {
      LaunchTemplateVersion: versionShape(template, version),
    } satisfies ActionOutput<CreateLaunchTemplateVersionCommandOutput>;
  },
);
