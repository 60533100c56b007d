import { GetParameters$, type GetParametersCommandInput, type GetParametersCommandOutput } from "@aws-sdk/client-ssm";
import { action, type ActionOutput } from "../../wire/action.ts";
import { findParameter, parameterShape } from "../parameters.ts";

export const getParameters = action(GetParameters$, (input: GetParametersCommandInput, { world, region }) => {
  const names = [...new Set(input.Names)];
  const found = names.map((name) => ({ name, parameter: findParameter(world.ssm, name) }));
  return {
    Parameters: found.flatMap(({ parameter }) =>
      parameter ? [parameterShape(parameter, region, input.WithDecryption)] : [],
    ),
    InvalidParameters: found.flatMap(({ name, parameter }) => (parameter ? [] : [name])),
  } satisfies ActionOutput<GetParametersCommandOutput>;
});
