import { AwsError } from "../wire/action.ts";
import { invalid } from "./errors.ts";

const largest = 100;

/** One page of a list. The token is the key of the last item that was given out, so it outlives deletions of others. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { MaxRecords = 50, NextToken }: { readonly MaxRecords?: number | undefined; readonly NextToken?: string | undefined },
): { items: T[]; NextToken: string | undefined } {
  if (MaxRecords < 1 || MaxRecords > largest) throw invalid(`MaxRecords must be between 1 and ${largest}`);
  let start = 0;
  if (NextToken !== undefined) {
    const key = Buffer.from(NextToken, "base64url").toString("utf8");
    start = items.findIndex((item) => keyOf(item) === key) + 1;
    if (start === 0) throw new AwsError("InvalidNextToken", "The token is not valid");
  }
  const shown = items.slice(start, start + MaxRecords);
  const last = shown.at(-1);
  const more = last !== undefined && start + MaxRecords < items.length;
  return { items: shown, NextToken: more ? Buffer.from(keyOf(last)).toString("base64url") : undefined };
}
