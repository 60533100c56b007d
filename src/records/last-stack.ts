import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { readStateFile, stateFileName } from "../state/read.ts";
import type { State } from "../state/schema.ts";

/** The state of a stack as it was when `destroy` began: what a report after it is made from. */
export const lastStackFileName = "last-stack.json";

/** Keeps the state before it is taken apart. A destroy that is repeated keeps what the first one saw. */
export function keepLastStack(directory: string, state: State): void {
  const file = join(directory, stateFileName);
  if (!existsSync(file) || isTakenApart(directory, state)) return;
  copyFileSync(file, join(directory, lastStackFileName));
}

/** Nothing of the stack stands, or an earlier `destroy` has undone a part of it and saw more of it. */
export function isTakenApart(directory: string, state: State): boolean {
  const before = loadLastStack(directory);
  const seen = before?.createdAt === state.createdAt ? doneSteps(before) : 0;
  return doneSteps(state) === 0 || doneSteps(state) < seen;
}

const doneSteps = ({ steps }: State): number => steps.filter(({ status }) => status === "done").length;

/** Undefined when there is none, or none that can be read. */
export function loadLastStack(directory: string): State | undefined {
  try {
    // Its outline is checked, and it is for display only.
    return readStateFile(join(directory, lastStackFileName));
  } catch {
    return undefined;
  }
}
