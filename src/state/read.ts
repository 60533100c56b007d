import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lecture05Error } from "../errors.ts";
import type { LocalizedText } from "../text.ts";
import { corrupt, newer, unreadable } from "./damage.ts";
import { migrate } from "./migrations.ts";
import type { State } from "./schema.ts";
import { stateVersion } from "./version.ts";

// No zod here: `status` must answer at once, and loading a validator costs more than reading the file.

export const stateFileName = "state.json";
/** The last good copy: what was saved last, or read last and found good. */
export const backupFileName = "state.backup.json";
/** What the state of a stack becomes when nothing of it is left. */
export const retiredFileName = "destroyed.json";

export interface StateOnDisk {
  /** From the last good copy when the file itself is damaged or gone. Undefined when there is neither. */
  readonly state: State | undefined;
  /** What is wrong with the file that the copy stands in for. */
  readonly damage: Lecture05Error | undefined;
}

/**
 * The state for display, with only its outline checked; a wrong detail shows as such and cannot do harm there.
 * Commands that change something go through the store, which checks all of it. Throws when there is a state that
 * cannot be used and no copy of it.
 */
export function readStateOnDisk(directory: string): StateOnDisk {
  const { raw, damage } = readRaw(directory);
  return { state: shownAs(raw), damage };
}

export const readState = (directory: string): State | undefined => readStateOnDisk(directory).state;

/** A state under another name, for display as above. Undefined when there is none. */
export const readStateFile = (file: string): State | undefined => shownAs(readRawState(file));

const shownAs = (raw: Record<string, unknown> | undefined): State | undefined =>
  raw && (migrate(raw) as unknown as State);

/** The file, else its last good copy. `accept` says what is wrong with a content beyond its outline. */
export function readRaw(
  directory: string,
  accept: (raw: Record<string, unknown>, file: string) => Lecture05Error | undefined = () => undefined,
): { readonly raw: Record<string, unknown> | undefined; readonly damage: Lecture05Error | undefined } {
  const file = join(directory, stateFileName);
  let damage: Lecture05Error;
  try {
    const raw = readRawState(file);
    const wrong = raw && accept(raw, file);
    if (!wrong && (raw || !isCopyAlive(directory))) return { raw, damage: undefined };
    damage = wrong ?? missing(file);
  } catch (error) {
    // What cannot be read may be good, and what is newer is good: no copy may stand in for it.
    if (!isCorrupt(error)) throw error;
    damage = error;
  }
  const raw = readCopy(directory, accept);
  if (!raw) throw damage;
  return { raw, damage };
}

function readCopy(
  directory: string,
  accept: (raw: Record<string, unknown>, file: string) => Lecture05Error | undefined,
): Record<string, unknown> | undefined {
  const file = join(directory, backupFileName);
  try {
    const raw = readRawState(file);
    return raw && !accept(raw, file) ? raw : undefined;
  } catch {
    return undefined;
  }
}

/** A copy without its file stands for a lost file, unless the stack was destroyed after the copy was made. */
function isCopyAlive(directory: string): boolean {
  const updatedAt = (name: string): string => {
    try {
      const value = readRawState(join(directory, name))?.updatedAt;
      return typeof value === "string" ? value : "";
    } catch {
      return "";
    }
  };
  const copy = updatedAt(backupFileName);
  return copy !== "" && copy > updatedAt(retiredFileName);
}

/** Parses a state file and checks its outline. Undefined when there is none. */
function readRawState(file: string): Record<string, unknown> | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    // A link whose target is not there (a disk that is not mounted) is no missing state.
    const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isAbsent && !lstatSync(file, { throwIfNoEntry: false })) return undefined;
    throw unreadable(file, error);
  }
  let value: unknown;
  try {
    // Windows editors put a byte order mark in front.
    value = JSON.parse(bytes.toString("utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    throw corrupt(file, reasonOf(bytes), error);
  }
  const state = value as Record<string, unknown>;
  const version = isObject(value) ? state.schemaVersion : undefined;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
    throw corrupt(file, {
      en: `schemaVersion is ${JSON.stringify(version)}`,
      ja: `schemaVersion が ${JSON.stringify(version)} です`,
    });
  }
  if (version > stateVersion) throw newer(file, version, stateVersion);
  const wrong = wrongPlace(state, version);
  if (wrong) throw corrupt(file, { en: `${wrong} is not as it should be`, ja: `${wrong} の内容が正しくありません` });
  return state;
}

/** What every entry of the state's lists must have for a display to make sense of it. */
const outline: Readonly<Record<string, readonly string[]>> = {
  steps: ["name", "status"],
  resources: ["type", "name", "step"],
  hosts: ["instanceId", "availabilityZone", "privateIp"],
};
/** Before it every module stood with every host. */
const moduleSetsSince = 3;
const moduleKeys = ["name", "version", "manager", "step"];
const stepStatuses: readonly unknown[] = ["pending", "running", "done", "failed", "stale"];

function wrongPlace(state: Record<string, unknown>, version: number): string | undefined {
  for (const key of ["stack", "target", "region", "account"]) if (typeof state[key] !== "string") return key;
  for (const [list, keys] of Object.entries(outline)) {
    const wrong = wrongEntry(list, state[list], keys);
    if (wrong) return wrong;
  }
  for (const [index, { status, checks }] of (state.steps as Record<string, unknown>[]).entries()) {
    if (!stepStatuses.includes(status)) return `steps.${index}.status`;
    if (!Array.isArray(checks) || !checks.every(isObject)) return `steps.${index}.checks`;
  }
  if (version < moduleSetsSince) return wrongEntry("modules", state.modules, [...moduleKeys, "instanceId"]);
  const wrong = wrongEntry("modules", state.modules, []);
  if (wrong) return wrong;
  for (const [index, { instances, installed }] of (state.modules as Record<string, unknown>[]).entries()) {
    const areIds = Array.isArray(instances) && instances.every((id) => typeof id === "string");
    if (!areIds) return `modules.${index}.instances`;
    const wrongModule = wrongEntry(`modules.${index}.installed`, installed, moduleKeys);
    if (wrongModule) return wrongModule;
  }
  return undefined;
}

function wrongEntry(list: string, entries: unknown, keys: readonly string[]): string | undefined {
  if (!Array.isArray(entries)) return list;
  for (const [index, entry] of (entries as unknown[]).entries()) {
    if (!isObject(entry)) return `${list}.${index}`;
    const wrong = keys.find((key) => typeof entry[key] !== "string");
    if (wrong) return `${list}.${index}.${wrong}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** In words, because a parser's own ("Unexpected end of JSON input") say little to most people. */
function reasonOf(bytes: Buffer): LocalizedText {
  if (bytes.length === 0) return { en: "It is empty", ja: "中身が空です" };
  if (bytes.every((byte) => byte === 0)) {
    return { en: `It holds ${bytes.length} zero bytes only`, ja: `${bytes.length} バイトすべてがゼロです` };
  }
  return {
    en: `Its ${bytes.length} bytes are not valid JSON`,
    ja: `${bytes.length} バイトの内容が JSON ではありません`,
  };
}

function missing(file: string): Lecture05Error {
  return corrupt(file, { en: "It is gone, only its copy is there", ja: "ファイルがなく、コピーだけが残っています" });
}

function isCorrupt(error: unknown): error is Lecture05Error {
  return (error as Partial<Lecture05Error>).code === "STATE_CORRUPT";
}
