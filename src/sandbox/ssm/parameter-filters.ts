import type { ParameterStringFilter } from "@aws-sdk/client-ssm";
import { AwsError } from "../wire/action.ts";
import type { ParameterRecord } from "./records.ts";

/** The filters of DescribeParameters; all of them must hold, and of a filter's values any. */
export function filterParameters(
  parameters: readonly ParameterRecord[],
  filters: readonly ParameterStringFilter[] | undefined,
): ParameterRecord[] {
  const tests = (filters ?? []).map(testOf);
  return parameters.filter((parameter) => tests.every((test) => test(parameter)));
}

function testOf({ Key: key = "", Option, Values = [] }: ParameterStringFilter): (it: ParameterRecord) => boolean {
  if (key.startsWith("tag:")) {
    const name = key.slice("tag:".length);
    // Without values the tag need only be there.
    return ({ tags = {} }) => name in tags && (Values.length === 0 || Values.includes(tags[name] ?? ""));
  }
  switch (key) {
    case "Type":
      return ({ type }) => Values.includes(type);
    case "Name":
      return ({ name }) => Values.some((value) => matchesName(name, value, Option ?? "Equals"));
    case "Path":
      return ({ name }) => Values.some((value) => isBelow(name, value, Option ?? "OneLevel"));
    default:
      throw new AwsError("InvalidFilterKey", `The following filter key is not valid: ${key}.`);
  }
}

function matchesName(name: string, value: string, option: string): boolean {
  switch (option) {
    case "Equals":
      return name === value;
    case "BeginsWith":
      return name.startsWith(value);
    case "Contains":
      return name.includes(value);
    default:
      throw new AwsError("InvalidFilterOption", `The following filter option is not valid: ${option}.`);
  }
}

function isBelow(name: string, path: string, option: string): boolean {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  return name.startsWith(prefix) && (option === "Recursive" || !name.slice(prefix.length).includes("/"));
}
