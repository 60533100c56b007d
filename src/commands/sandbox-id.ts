import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { State } from "../state/schema.ts";

// Read straight from its file, because `status` loads nothing of the sandbox.

/** The id that the daemon made on its first start in this home. */
export function sandboxIdIn(home: string): string | undefined {
  try {
    return readFileSync(join(home, "sandbox-id"), "utf8");
  } catch {
    return undefined;
  }
}

/** Id of the sandbox that a state is about when that one was reset or removed; undefined while it is where it was. */
export function lostSandboxOf(state: State | undefined): string | undefined {
  const recorded = state?.sandbox;
  return recorded && sandboxIdIn(recorded.home) !== recorded.id ? recorded.id : undefined;
}
