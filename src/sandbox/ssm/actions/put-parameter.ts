import { PutParameter$, type PutParameterCommandInput, type PutParameterCommandOutput } from "@aws-sdk/client-ssm";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { isReserved } from "../parameters.ts";
import { checkedTags } from "../tags.ts";

const maximumValueBytes = 4096;

export const putParameter = action(PutParameter$, async (input: PutParameterCommandInput, { world }) => {
  const { Name: name = "", Value: value = "" } = input;
  const { data } = world.ssm;
  if (isReserved(name)) {
    throw new AwsError("AccessDeniedException", `No access to reserved parameter name: ${name}.`);
  }
  if (!/^[\w.\-/]{1,2048}$/.test(name)) {
    throw new AwsError(
      "ValidationException",
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (Buffer.byteLength(value) > maximumValueBytes) {
    throw new AwsError(
      "ValidationException",
      `Standard tier parameters support a maximum parameter value of ${maximumValueBytes} characters.`,
    );
  }
  if (input.Tags?.length && input.Overwrite === true) {
    throw new AwsError(
      "ValidationException",
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  const tags = checkedTags(input.Tags);
  const known = Object.hasOwn(data.parameters, name) ? data.parameters[name] : undefined;
  if (known && input.Overwrite !== true) {
    throw new AwsError(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  }
  const type = input.Type ?? known?.type;
  if (type === undefined) {
    throw new AwsError("ValidationException", "A parameter type is required when you create a parameter.");
  }
  const version = (known?.version ?? 0) + 1;
  data.parameters[name] = {
    name,
    type,
    value,
    version,
    dataType: input.DataType ?? "text",
    description: input.Description ?? known?.description,
    modifiedAt: world.now().toISOString(),
    tags: { ...known?.tags, ...tags },
  };
  await world.ssm.save();
  return { Version: version, Tier: "Standard" } satisfies ActionOutput<PutParameterCommandOutput>;
});
