import {
  DeleteLaunchTemplateVersions$,
  type DeleteLaunchTemplateVersionsCommandInput,
  type DeleteLaunchTemplateVersionsCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { getLaunchTemplate } from "../launch-templates.ts";

/** Says of each version whether it went; the default one stays. */
export const deleteLaunchTemplateVersions = action(
  DeleteLaunchTemplateVersions$,
  async (input: DeleteLaunchTemplateVersionsCommandInput, { world: { ec2 } }) => {
    const template = getLaunchTemplate(ec2, input);
    const wanted = [...new Set(input.Versions ?? [])].map(Number);
    const isThere = (number: number): boolean => template.versions.some((version) => version.number === number);
    const gone = wanted.filter((number) => number !== template.defaultVersion && isThere(number));
    const kept = wanted.filter((number) => !gone.includes(number));
    template.versions = template.versions.filter(({ number }) => !gone.includes(number));
    await ec2.save();
    const named = (VersionNumber: number) => ({
      LaunchTemplateId: template.id,
      LaunchTemplateName: template.name,
      VersionNumber,
    });
    return {
      SuccessfullyDeletedLaunchTemplateVersions: gone.map(named),
      UnsuccessfullyDeletedLaunchTemplateVersions: kept.map((number) => ({
        ...named(number),
        ResponseError: isThere(number)
          ? {
              Code: "launchTemplateVersionIsDefault" as "unexpectedError",
              Message: "The default version cannot be deleted",
            }
          : { Code: "launchTemplateVersionDoesNotExist" as const, Message: `There is no version ${number}` },
      })),
    } satisfies ActionOutput<DeleteLaunchTemplateVersionsCommandOutput>;
  },
);
