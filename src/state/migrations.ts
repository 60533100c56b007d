import { groupModules } from "./modules.ts";
import type { ModuleRecord } from "./schema.ts";
import { stateVersion } from "./version.ts";

type Migration = (state: Record<string, unknown>) => Record<string, unknown>;

/** Turns a state of version N into one of version N + 1, by N. Its outline has been checked. */
export const migrations: Readonly<Record<number, Migration>> = {
  // Version 2 knows which sandbox it is about and a digest of itself: both are filled in with the first save.
  1: (state) => state,
  // Version 3 writes a module once for all hosts that have it.
  2: (state) => ({ ...state, modules: groupModules(state.modules as ModuleRecord[]) }),
};

/** Applies the migrations in order. The result still has to pass the schema. */
export function migrate(state: Record<string, unknown>): Record<string, unknown> {
  let current = state;
  for (let version = Number(state.schemaVersion); version < stateVersion; version++) {
    const step = migrations[version];
    if (!step) break;
    current = { ...step(current), schemaVersion: version + 1 };
  }
  return current;
}
