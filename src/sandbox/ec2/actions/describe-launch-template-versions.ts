import {
  DescribeLaunchTemplateVersions$,
  type DescribeLaunchTemplateVersionsCommandInput,
  type DescribeLaunchTemplateVersionsCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalidValue, missingParameter } from "../errors.ts";
import { filterItems, type FilterFields } from "../filter.ts";
import { getLaunchTemplate, getVersion, latestOf, versionShape } from "../launch-templates.ts";
import { page } from "../page.ts";
import type { LaunchTemplateRecord, LaunchTemplateVersionRecord } from "../records.ts";

interface Item {
  readonly template: LaunchTemplateRecord;
  readonly version: LaunchTemplateVersionRecord;
}

const fields: FilterFields<Item> = {
  "create-time": ({ version }) => version.createdAt,
  "iam-instance-profile": ({ version: { settings } }) =>
    settings.IamInstanceProfile?.Name ?? settings.IamInstanceProfile?.Arn,
  "image-id": ({ version }) => version.settings.ImageId,
  "instance-type": ({ version }) => version.settings.InstanceType,
  "is-default-version": ({ template, version }) => version.number === template.defaultVersion,
};

/** Those of one template; of all templates when `$Latest` or `$Default` is asked for without naming one. */
export const describeLaunchTemplateVersions = action(
  DescribeLaunchTemplateVersions$,
  (input: DescribeLaunchTemplateVersionsCommandInput, { world: { ec2 } }) => {
    const isNamed = input.LaunchTemplateId !== undefined || input.LaunchTemplateName !== undefined;
    const wanted = input.Versions?.length ? input.Versions : undefined;
    if (!isNamed && !wanted) throw missingParameter("LaunchTemplateId or LaunchTemplateName");
    if (!isNamed && wanted?.some((it) => !it.startsWith("$"))) {
      throw invalidValue("Without a launch template only $Latest and $Default can be asked for.");
    }
    const templates = isNamed ? [getLaunchTemplate(ec2, input)] : Object.values(ec2.data.launchTemplates);
    const items = templates.flatMap((template) =>
      versionsOf(template, wanted, input).map((version): Item => ({ template, version })),
    );
    const matching = filterItems(items, input.Filters, fields);
    const idOf = ({ template, version }: Item): string => `${template.id} ${version.number}`;
    const { items: shown, NextToken } = page(matching, input, idOf, { minimum: 1, maximum: 200 });
    return {
      LaunchTemplateVersions: shown.map(({ template, version }) => versionShape(template, version)),
      NextToken,
    } satisfies ActionOutput<DescribeLaunchTemplateVersionsCommandOutput>;
  },
);

/** The newest first. */
function versionsOf(
  template: LaunchTemplateRecord,
  wanted: readonly string[] | undefined,
  { MinVersion = "1", MaxVersion }: DescribeLaunchTemplateVersionsCommandInput,
): LaunchTemplateVersionRecord[] {
  if (wanted) return [...new Set(wanted.map((version) => getVersion(template, version)))];
  const last = Number(MaxVersion ?? latestOf(template));
  return template.versions.filter(({ number }) => number >= Number(MinVersion) && number <= last).toReversed();
}
