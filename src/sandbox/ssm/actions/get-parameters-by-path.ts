import {
  GetParametersByPath$,
  type GetParametersByPathCommandInput,
  type GetParametersByPathCommandOutput,
} from "@aws-sdk/client-ssm";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { page } from "../page.ts";
import { listParameters, parameterShape } from "../parameters.ts";

export const getParametersByPath = action(
  GetParametersByPath$,
  (input: GetParametersByPathCommandInput, { world, region }) => {
    const path = input.Path ?? "";
    if (!path.startsWith("/")) {
      throw new AwsError("ValidationException", "The parameter path must begin with a forward slash /.");
    }
    const prefix = path.endsWith("/") ? path : `${path}/`;
    const below = listParameters(world.ssm).filter(({ name }) => {
      // Without a path of its own a parameter lies at the root.
      const full = name.startsWith("/") ? name : `/${name}`;
      return full.startsWith(prefix) && (input.Recursive === true || !full.slice(prefix.length).includes("/"));
    });
    const { items, NextToken } = page(below, input, ({ name }) => name, { minimum: 1, maximum: 10 });
    return {
      Parameters: items.map((parameter) => parameterShape(parameter, region, input.WithDecryption)),
      NextToken,
    } satisfies ActionOutput<GetParametersByPathCommandOutput>;
  },
);
