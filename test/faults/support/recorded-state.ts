import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { modulesOf } from "../../../src/state/modules.ts";
import type { State } from "../../../src/state/schema.ts";
import type { World } from "../../../src/sandbox/world.ts";
import { nameIn } from "./inventory.ts";

/** The state without what differs from run to run: ids become names, times and durations go. */
export function recordedState(directory: string, world: World): object | undefined {
  const file = join(directory, "state.json");
  if (!existsSync(file)) return undefined;
  const state = JSON.parse(readFileSync(file, "utf8")) as State;
  const steps = state.steps.map(({ startedAt, finishedAt, durationMs, ...step }) => ({
    ...step,
    timed: [startedAt, finishedAt, durationMs].every((it) => it !== undefined),
  }));
  const resources = state.resources.map(
    ({ createdAt: _createdAt, clientToken: _clientToken, ...resource }) => resource,
  );
  // The digest is over ids and times; where the sandbox lies differs from trial to trial.
  const { createdAt: _createdAt, updatedAt: _updatedAt, digest: _digest, sandbox, ...rest } = state;
  const named = JSON.parse(
    withNames(JSON.stringify({ ...rest, sandbox: sandbox?.id, steps, resources }), world),
  ) as Pick<State, "resources" | "modules">;
  // Sorted once the ids are names: by ids, the order would be another one in each run.
  return { ...named, resources: named.resources.toSorted(byText), modules: modulesOf(named).toSorted(byText) };
}

function withNames(text: string, world: World): string {
  return (
    text
      .replaceAll(/arn:aws:elasticloadbalancing:[^"]*/g, (arn) => nameIn(world, arn))
      .replaceAll(/\b(?:vpc|subnet|igw|rtb|sg|i)-[0-9a-f]{8,17}\b/g, (id) => `${id.split("-")[0]}:${nameIn(world, id)}`)
      // Whichever loopback address was free on this machine.
      .replaceAll(/127\.0\.5\.\d+/g, "LOAD-BALANCER")
      .replaceAll(/(ELB app\/[a-z0-9-]+)\/[0-9a-f]{16}/g, "$1/ID")
  );
}

/** By content, whatever the order of the keys: it changes when a state that was read is written again. */
const byText = (a: object, b: object): number => (textOf(a) < textOf(b) ? -1 : 1);
const textOf = (it: object): string => JSON.stringify(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Resources that were announced and have no id: nobody would know what became of them. */
export function intentsWithoutId(directory: string): string[] {
  const file = join(directory, "state.json");
  if (!existsSync(file)) return [];
  const { resources } = JSON.parse(readFileSync(file, "utf8")) as State;
  return resources.filter(({ id }) => id === undefined).map(({ type, name }) => `${type} ${name}`);
}

export const filesIn = (directory: string): string[] =>
  existsSync(directory) ? readdirSync(directory).toSorted() : [];

/** The copy of the last good state appears with the second command. */
const mayBeThere = "state.backup.json";

/** Locks and half-written files: what an undisturbed run does not leave. */
export function litterIn(directory: string, undisturbed: readonly string[]): string[] {
  return filesIn(directory).filter((name) => name !== mayBeThere && !undisturbed.includes(name));
}

/** Every line of the work log must be one whole entry, whenever the process that wrote it ended. */
export function brokenWorkLogLines(directory: string): string[] {
  const file = join(directory, "worklog.ndjson");
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n").filter((line, index, all) => line !== "" || index < all.length - 1);
  return lines.filter((line) => !isJson(line));
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
