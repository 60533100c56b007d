import { AwsError } from "../wire/action.ts";

interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** A page of a list. The token is the id of the last item, so that a list that grows at its start is not shown twice. */
export function page<T>(
  items: readonly T[],
  { MaxResults, NextToken }: PageInput,
  idOf: (item: T) => string,
  { minimum, maximum, usual = maximum }: { minimum: number; maximum: number; usual?: number },
): { items: T[]; NextToken: string | undefined } {
  const size = MaxResults ?? usual;
  if (size < minimum || size > maximum) {
    const bound = size < minimum ? `greater than or equal to ${minimum}` : `less than or equal to ${maximum}`;
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value ${bound}`,
    );
  }
  let start = 0;
  if (NextToken !== undefined) {
    const last = Buffer.from(NextToken, "base64url").toString();
    start = items.findIndex((item) => idOf(item) === last) + 1;
    if (start === 0) throw new AwsError("InvalidNextToken", "The specified token is not valid.");
  }
  const shown = items.slice(start, start + size);
  const last = shown.at(-1);
  const more = last !== undefined && start + size < items.length;
  return { items: shown, NextToken: more ? Buffer.from(idOf(last)).toString("base64url") : undefined };
}
