import { isDeepStrictEqual } from "node:util";
import { behaviourNames } from "../../sandbox/realism/names.ts";
import { readRealism, writeRealism, type RealismSettings } from "../../sandbox/realism/settings.ts";
import type { WantedRealism } from "../settings.ts";

/** Keeps in the sandbox's home how it is to behave. True when that is another way than before. */
export async function keepRealism(home: string, wanted: WantedRealism | undefined): Promise<boolean> {
  if (wanted === undefined) return false;
  const present = readRealism(home);
  const next = wanted === "none" ? undefined : settingsOf(wanted);
  if (isDeepStrictEqual(present, next)) return false;
  await writeRealism(home, next);
  return true;
}

function settingsOf({ seed = 1, timeScale = 1, without = [] }: Exclude<WantedRealism, "none">): RealismSettings {
  return { seed, timeScale, without: behaviourNames.filter((name) => without.includes(name)) };
}
