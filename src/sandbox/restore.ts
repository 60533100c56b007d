type Members = Record<string, unknown>;

/**
 * Makes a store's data what `source` says, in place down to its records: whoever holds one goes on with its old contents,
 * and not with a record that belongs to nobody any more. What is in a record is replaced, because it may be shared.
 */
export function restore(data: object, source: object): void {
  replaceMembers(data as Members, source as Members, (collection, wanted) =>
    replaceMembers(collection, wanted, (record, old) => replaceMembers(record, old, undefined)),
  );
}

type Deeper = (present: Members, wanted: Members) => void;

function replaceMembers(present: Members, wanted: Members, deeper: Deeper | undefined): void {
  for (const name of Object.keys(present)) if (!Object.hasOwn(wanted, name)) delete present[name];
  for (const [name, value] of Object.entries(wanted)) {
    const old = Object.hasOwn(present, name) ? present[name] : undefined;
    if (deeper && isSameKind(old, value)) deeper(old as Members, value as Members);
    // A plain assignment would take the name __proto__ for more than a name.
    else Object.defineProperty(present, name, { value, writable: true, enumerable: true, configurable: true });
  }
}

/** Lists are gone through member by member only while nobody came or went: else the members are others. */
function isSameKind(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || one === null || typeof other !== "object" || other === null) return false;
  return Array.isArray(one) ? Array.isArray(other) && one.length === other.length : !Array.isArray(other);
}
