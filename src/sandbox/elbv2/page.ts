import { invalid } from "./errors.ts";

const largest = 400;

/** One page of a list. The marker is the key of the last item that was given out, so it survives deletions. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  request: { readonly Marker?: string | undefined; readonly PageSize?: number | undefined },
): { items: T[]; nextMarker: string | undefined } {
  const { Marker, PageSize = largest } = request;
  if (PageSize < 1 || PageSize > largest) throw invalid(`Page size must be between 1 and ${largest}`);
  let start = 0;
  if (Marker) {
    const key = Buffer.from(Marker, "base64url").toString("utf8");
    start = items.findIndex((item) => keyOf(item) === key) + 1;
    if (start === 0) throw invalid("Invalid marker");
  }
  const chosen = items.slice(start, start + PageSize);
  const last = chosen.at(-1);
  const more = last !== undefined && start + PageSize < items.length;
  return { items: chosen, nextMarker: more ? Buffer.from(keyOf(last)).toString("base64url") : undefined };
}
