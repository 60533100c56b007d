import { invalidValue } from "./errors.ts";

/** One page of a list. The marker is the key of the last item that was given out, so it outlives deletions of others. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { MaxRecords = 100, Marker }: { readonly MaxRecords?: number | undefined; readonly Marker?: string | undefined },
): { items: T[]; Marker: string | undefined } {
  if (MaxRecords < 20 || MaxRecords > 100) {
    throw invalidValue(`Invalid value ${MaxRecords} for MaxRecords. Must be between 20 and 100`);
  }
  let start = 0;
  if (Marker) {
    const key = Buffer.from(Marker, "base64url").toString("utf8");
    start = items.findIndex((item) => keyOf(item) === key) + 1;
    if (start === 0) throw invalidValue("Invalid marker");
  }
  const shown = items.slice(start, start + MaxRecords);
  const last = shown.at(-1);
  const more = last !== undefined && start + MaxRecords < items.length;
  return { items: shown, Marker: more ? Buffer.from(keyOf(last)).toString("base64url") : undefined };
}
