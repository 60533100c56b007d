import { invalidValue } from "./errors.ts";
import type { MetadataOptions } from "./records.ts";

interface MetadataInput {
  readonly HttpTokens?: string | undefined;
  readonly HttpEndpoint?: string | undefined;
  readonly HttpPutResponseHopLimit?: number | undefined;
  readonly InstanceMetadataTags?: string | undefined;
}

export const defaultMetadataOptions: MetadataOptions = {
  httpTokens: "optional",
  httpEndpoint: "enabled",
  hopLimit: 1,
  tags: "disabled",
};

/** The options with what was given changed. */
export function changeMetadataOptions(options: MetadataOptions, input: MetadataInput): MetadataOptions {
  const hopLimit = input.HttpPutResponseHopLimit ?? options.hopLimit;
  if (hopLimit < 1 || hopLimit > 64) {
    throw invalidValue(`Invalid value '${hopLimit}' for HttpPutResponseHopLimit. Valid values are between 1 and 64.`);
  }
  return {
    httpTokens: oneOf(["optional", "required"], input.HttpTokens, options.httpTokens, "HttpTokens"),
    httpEndpoint: oneOf(["enabled", "disabled"], input.HttpEndpoint, options.httpEndpoint, "HttpEndpoint"),
    tags: oneOf(["enabled", "disabled"], input.InstanceMetadataTags, options.tags, "InstanceMetadataTags"),
    hopLimit,
  };
}

function oneOf<Value extends string>(
  values: readonly Value[],
  given: string | undefined,
  present: Value,
  name: string,
): Value {
  if (given === undefined) return present;
  const value = values.find((it) => it === given);
  if (value === undefined)
    throw invalidValue(`Invalid value '${given}' for ${name}. Valid values are: ${values.join(", ")}`);
  return value;
}
