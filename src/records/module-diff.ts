import type { InstalledModule } from "../state/schema.ts";

/** What differs between two sets of modules, by manager and name. */
export interface ModuleDiff {
  readonly added: readonly InstalledModule[];
  readonly removed: readonly InstalledModule[];
  readonly changed: readonly { readonly before: InstalledModule; readonly after: InstalledModule }[];
}

const keyOf = ({ manager, name }: InstalledModule): string => `${manager} ${name}`;

/** Compares by manager and name; the host does not count, so that two hosts can be compared as well. */
export function diffModules(before: readonly InstalledModule[], after: readonly InstalledModule[]): ModuleDiff {
  const old = new Map(before.map((module) => [keyOf(module), module]));
  const present = new Map(after.map((module) => [keyOf(module), module]));
  return {
    added: [...present].filter(([key]) => !old.has(key)).map(([, module]) => module),
    removed: [...old].filter(([key]) => !present.has(key)).map(([, module]) => module),
    changed: [...present].flatMap(([key, module]) => {
      const known = old.get(key);
      return known && known.version !== module.version ? [{ before: known, after: module }] : [];
    }),
  };
}

export const isSame = ({ added, removed, changed }: ModuleDiff): boolean =>
  added.length + removed.length + changed.length === 0;
