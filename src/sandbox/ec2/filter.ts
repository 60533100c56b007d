import type { Filter } from "@aws-sdk/client-ec2";
import { invalidValue } from "./errors.ts";

type Scalar = string | number | boolean | undefined;

/** What a filter compares: one value, or several of which one must match. */
export type FilterField<T> = (item: T) => Scalar | readonly Scalar[];
export type FilterFields<T> = Readonly<Record<string, FilterField<T>>>;

/**
 * EC2's filters: all of them must hold, each by any of its values. `*` stands for any characters and `?` for one; a
 * backslash takes away their meaning. `tag:KEY`, `tag-key` and `tag-value` work for everything that has tags.
 */
export function filterItems<T>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  fields: FilterFields<T>,
  tagsOf?: (item: T) => Readonly<Record<string, string>>,
): T[] {
  const tests = (filters ?? []).map(({ Name = "null", Values = [] }) => {
    const field = fieldOf(Name, fields, tagsOf);
    const patterns = Values.map(wildcard);
    return (item: T): boolean => {
      const found = field(item);
      const values: readonly Scalar[] = Array.isArray(found) ? (found as readonly Scalar[]) : [found as Scalar];
      return values.some((value) => value !== undefined && patterns.some((pattern) => pattern.test(String(value))));
    };
  });
  return items.filter((item) => tests.every((test) => test(item)));
}

function fieldOf<T>(
  name: string,
  fields: FilterFields<T>,
  tagsOf: ((item: T) => Readonly<Record<string, string>>) | undefined,
): FilterField<T> {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field) return field;
  if (tagsOf) {
    if (name === "tag-key") return (item) => Object.keys(tagsOf(item));
    if (name === "tag-value") return (item) => Object.values(tagsOf(item));
    if (name.startsWith("tag:")) {
      const key = name.slice("tag:".length);
      return (item) => new Map(Object.entries(tagsOf(item))).get(key);
    }
  }
  throw invalidValue(`The filter '${name}' is invalid`);
}

function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\?[\s\S]/g, (token) => {
    if (token === "*") return "[\\s\\S]*";
    if (token === "?") return "[\\s\\S]";
    const literal = token.length > 1 ? token.slice(1) : token;
    return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  });
  return new RegExp(`^${source}$`);
}
