import {
  DescribeLaunchTemplates$,
  type DescribeLaunchTemplatesCommandInput,
  type DescribeLaunchTemplatesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { filterItems, type FilterFields } from "../filter.ts";
import { getLaunchTemplate, templateShape } from "../launch-templates.ts";
import { page } from "../page.ts";
import type { LaunchTemplateRecord } from "../records.ts";
import { tagsOf } from "../tags.ts";

const fields: FilterFields<LaunchTemplateRecord> = {
  "create-time": (template) => template.createdAt,
  "launch-template-name": (template) => template.name,
};

export const describeLaunchTemplates = action(
  DescribeLaunchTemplates$,
  (input: DescribeLaunchTemplatesCommandInput, { world: { ec2 } }) => {
    const { LaunchTemplateIds: ids = [], LaunchTemplateNames: names = [] } = input;
    const asked = [
      ...ids.map((LaunchTemplateId) => getLaunchTemplate(ec2, { LaunchTemplateId })),
      ...names.map((LaunchTemplateName) => getLaunchTemplate(ec2, { LaunchTemplateName })),
    ];
    const candidates = asked.length > 0 ? [...new Set(asked)] : Object.values(ec2.data.launchTemplates);
    const matching = filterItems(candidates, input.Filters, fields, ({ id }) => tagsOf(ec2.data, id));
    const { items, NextToken } = page(matching, input, ({ id }) => id, { minimum: 1, maximum: 200 });
    return {
      LaunchTemplates: items.map((template) => templateShape(ec2.data, template)),
      NextToken,
    } satisfies ActionOutput<DescribeLaunchTemplatesCommandOutput>;
  },
);
