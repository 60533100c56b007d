import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeLastingDirectory, writeDurably } from "../../durable-files.ts";
import { behaviourNames, type Behaviour } from "./names.ts";

/** How the sandbox misbehaves; kept in its home, so that it does so again after a restart. */
export interface RealismSettings {
  /** The same seed throws the same dice. */
  readonly seed: number;
  /** AWS's times are multiplied by it: 1 is as slow as AWS, 0.01 a hundred times as fast. */
  readonly timeScale: number;
  readonly without: readonly Behaviour[];
}

const fileName = "realism.json";

/** Undefined: the sandbox is as friendly as it is by itself. */
export function readRealism(home: string): RealismSettings | undefined {
  try {
    const found = JSON.parse(readFileSync(join(home, fileName), "utf8")) as Partial<RealismSettings>;
    if (typeof found.seed !== "number" || typeof found.timeScale !== "number") return undefined;
    const without = behaviourNames.filter((name) => found.without?.includes(name));
    return { seed: found.seed, timeScale: found.timeScale, without };
  } catch {
    return undefined;
  }
}

export async function writeRealism(home: string, settings: RealismSettings | undefined): Promise<void> {
  if (!settings) return rmSync(join(home, fileName), { force: true });
  makeLastingDirectory(home);
  await writeDurably(home, fileName, JSON.stringify(settings));
}
