import {
  DescribeParameters$,
  type DescribeParametersCommandInput,
  type DescribeParametersCommandOutput,
} from "@aws-sdk/client-ssm";
import { action, type ActionOutput } from "../../wire/action.ts";
import { page } from "../page.ts";
import { filterParameters } from "../parameter-filters.ts";
import { parameterMetadata } from "../parameters.ts";

/** The account's own; AWS's public ones are not listed. */
export const describeParameters = action(
  DescribeParameters$,
  (input: DescribeParametersCommandInput, { world, region }) => {
    const own = Object.values(world.ssm.data.parameters).sort((a, b) => (a.name < b.name ? -1 : 1));
    const found = filterParameters(own, input.ParameterFilters);
    const { items, NextToken } = page(found, input, ({ name }) => name, { minimum: 1, maximum: 50 });
    return {
      Parameters: items.map((parameter) => parameterMetadata(parameter, region)),
      NextToken,
    } satisfies ActionOutput<DescribeParametersCommandOutput>;
  },
);
