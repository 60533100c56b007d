import { GetParameter$, type GetParameterCommandInput, type GetParameterCommandOutput } from "@aws-sdk/client-ssm";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { findParameter, parameterShape } from "../parameters.ts";

export const getParameter = action(GetParameter$, (input: GetParameterCommandInput, { world, region }) => {
  const parameter = findParameter(world.ssm, input.Name ?? "");
  if (!parameter) throw new AwsError("ParameterNotFound", "");
  const Parameter = parameterShape(parameter, region, input.WithDecryption);
  return { Parameter } satisfies ActionOutput<GetParameterCommandOutput>;
});
