import {
  DeleteParameters$,
  type DeleteParametersCommandInput,
  type DeleteParametersCommandOutput,
} from "@aws-sdk/client-ssm";
import { action, type ActionOutput } from "../../wire/action.ts";

export const deleteParameters = action(DeleteParameters$, async (input: DeleteParametersCommandInput, { world }) => {
  const { data } = world.ssm;
  const names = [...new Set(input.Names)];
  const there = names.filter((name) => Object.hasOwn(data.parameters, name));
  for (const name of there) delete data.parameters[name];
  await world.ssm.save();
  return {
    DeletedParameters: there,
    InvalidParameters: names.filter((name) => !there.includes(name)),
  } satisfies ActionOutput<DeleteParametersCommandOutput>;
});
