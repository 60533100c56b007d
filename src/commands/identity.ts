import { join } from "node:path";
import type { Lecture05Error } from "../errors.ts";
import { corrupt } from "../state/damage.ts";
import { readStateOnDisk, stateFileName, type StateOnDisk } from "../state/read.ts";
import type { State } from "../state/schema.ts";
import { lostSandboxOf } from "./sandbox-id.ts";
import { settingRules } from "./setting-rules.ts";
import type { Preferences } from "./settings.ts";

const defaultStack = "lecture05";
const defaultRegion = "ap-northeast-1";

/** Which stack a command is about: what was said, else what the state says, else the default. */
export interface StackIdentity {
  readonly stack: string;
  readonly target: "sandbox" | "aws";
  readonly region: string;
  readonly state: State | undefined;
  /** Why the state is that of the last good copy. */
  readonly damage: Lecture05Error | undefined;
  /** Id of the sandbox that the state is about, when that sandbox is no more. */
  readonly lostSandbox: string | undefined;
}

export function identify(
  preferences: Preferences,
  { replacesDamaged = false }: { readonly replacesDamaged?: boolean } = {},
): StackIdentity {
  const { state, damage } = read(preferences.directory, replacesDamaged);
  return {
    stack: preferences.stack ?? state?.stack ?? defaultStack,
    target: preferences.target ?? state?.target ?? "sandbox",
    region: preferences.region ?? state?.region ?? defaultRegion,
    state,
    damage,
    lostSandbox: lostSandboxOf(state),
  };
}

function read(directory: string, replacesDamaged: boolean): StateOnDisk {
  try {
    const found = readStateOnDisk(directory);
    if (found.state) assertNames(directory, found.state);
    return found;
  } catch (error) {
    const isCorrupt = (error as Partial<Lecture05Error>).code === "STATE_CORRUPT";
    if (!replacesDamaged || !isCorrupt) throw error;
    return { state: undefined, damage: error as Lecture05Error };
  }
}

/** The same rules as for what is typed: names go into addresses, tags and commands that people copy. */
function assertNames(directory: string, state: State): void {
  for (const key of ["stack", "target", "region"] as const) {
    const wrong = settingRules[key].check(state[key]);
    if (wrong) {
      throw corrupt(join(directory, stateFileName), { en: `${key}: ${wrong.en}`, ja: `${key}: ${wrong.ja}` });
    }
  }
}
