import { invalidArgument } from "./errors.ts";
import type { ObjectIndex } from "./store/object-index.ts";

export type Entry =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "prefix"; readonly prefix: string };

export interface Walk {
  readonly prefix: string;
  /** Empty: no common prefixes. */
  readonly delimiter: string;
  /** Only what comes after this. A common prefix that a page ended with stands for all keys under it. */
  readonly after: string;
  /** Keys that are not there for this listing, e.g. with a delete marker on top. */
  readonly isVisible?: (key: string) => boolean;
}

/** Keys and common prefixes in S3's order. Touches no more of the index than it yields. */
export function* walk(index: ObjectIndex, { prefix, delimiter, after, isVisible }: Walk): Generator<Entry> {
  const { keys } = index;
  let at = Math.max(index.lowerBound(prefix), after === "" ? 0 : index.lowerBound(after));
  if (after !== "" && keys[at] === after) at++;
  if (after !== "" && commonPrefix(after, prefix, delimiter) === after) at = index.endOfPrefix(after, at);
  while (at < keys.length) {
    const key = keys[at] ?? "";
    if (!key.startsWith(prefix)) return;
    if (isVisible && !isVisible(key)) {
      at++;
      continue;
    }
    const common = commonPrefix(key, prefix, delimiter);
    if (common === undefined) {
      yield { kind: "key", key };
      at++;
    } else {
      yield { kind: "prefix", prefix: common };
      at = index.endOfPrefix(common, at);
    }
  }
}

/** The key's part up to the first delimiter behind the prefix. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "" || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

const maximumPage = 1000;

export function pageSize(requested: number | undefined, name = "max-keys"): number {
  if (requested !== undefined && (requested < 0 || requested > 2 ** 31 - 1)) {
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, String(requested));
  }
  return Math.min(requested ?? maximumPage, maximumPage);
}

/** One page of a listing, and whether there is more. */
export function takePage<T>(entries: Iterable<T>, size: number): { page: T[]; isTruncated: boolean } {
  const page: T[] = [];
  // S3 answers a page of no size as if it were the end.
  if (size === 0) return { page, isTruncated: false };
  for (const entry of entries) {
    if (page.length === size) return { page, isTruncated: true };
    page.push(entry);
  }
  return { page, isTruncated: false };
}

export function nameOf(entry: Entry): string {
  return entry.kind === "key" ? entry.key : entry.prefix;
}

/** With `encoding-type=url`, names in a listing are percent-encoded, because XML cannot hold every character. */
export function encoder(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text;
  if (encodingType !== "url") {
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", encodingType);
  }
  return (text) => encodeURIComponent(text).replaceAll("%2F", "/");
}
