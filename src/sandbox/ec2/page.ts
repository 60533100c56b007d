import { AwsError } from "../wire/action.ts";
import { invalidCombination, invalidValue } from "./errors.ts";

interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface PageLimits {
  readonly minimum?: number;
  readonly maximum?: number;
  /** Ids asked for: EC2 refuses a page size beside them. */
  readonly ids?: readonly string[] | undefined;
}

/**
 * A page of a list. The token names the last item of the page before, so that a list which changes meanwhile neither
 * repeats nor leaves out what stays in it.
 */
export function page<T>(
  items: readonly T[],
  input: PageInput,
  idOf: (item: T) => string,
  { minimum = 5, maximum = 1000, ids }: PageLimits = {},
): { items: T[]; NextToken: string | undefined } {
  const size = input.MaxResults;
  if (size !== undefined && ids?.length) {
    throw invalidCombination("The parameter maxResults cannot be used with a list of ids");
  }
  if (size !== undefined && (size < minimum || size > maximum)) {
    throw invalidValue(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${minimum} and ${maximum}.`,
    );
  }
  const start = input.NextToken === undefined ? 0 : startOf(items, input.NextToken, idOf);
  const end = start + Math.min(size ?? maximum, maximum);
  const shown = items.slice(start, end);
  const last = shown.at(-1);
  const more = end < items.length && last !== undefined;
  const NextToken = more ? Buffer.from(JSON.stringify([end, idOf(last)])).toString("base64url") : undefined;
  return { items: shown, NextToken };
}

function startOf<T>(items: readonly T[], token: string, idOf: (item: T) => string): number {
  const [index, lastId] = decode(token);
  const last = items.findIndex((item) => idOf(item) === lastId);
  return last >= 0 ? last + 1 : index;
}

function decode(token: string): [number, string] {
  try {
    const [index, id] = JSON.parse(Buffer.from(token, "base64url").toString()) as unknown[];
    if (typeof index === "number" && typeof id === "string") return [index, id];
  } catch {
    // Answered below.
  }
  throw new AwsError("InvalidNextToken", "The specified NextToken is not valid.");
}
