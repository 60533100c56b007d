import { DeleteParameter$, type DeleteParameterCommandInput } from "@aws-sdk/client-ssm";
import { action, AwsError } from "../../wire/action.ts";

export const deleteParameter = action(DeleteParameter$, async (input: DeleteParameterCommandInput, { world }) => {
  const { data } = world.ssm;
  const name = input.Name ?? "";
  if (!Object.hasOwn(data.parameters, name)) throw new AwsError("ParameterNotFound", "");
  delete data.parameters[name];
  await world.ssm.save();
  return {};
});
