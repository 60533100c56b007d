import { spawnSync } from "node:child_process";
import { breathe } from "./commands.mjs";

/** Milliseconds of a whole process, from before its start to after its end. Throws when it fails. */
export function timeProcess(command, args, options = {}) {
  const startedAt = process.hrtime.bigint();
  const { status, signal, error, stderr } = spawnSync(command, args, { stdio: ["ignore", "ignore", "pipe"], ...options });
  const ms = Number(process.hrtime.bigint() - startedAt) / 1e6;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error ?? signal ?? status} ${stderr}`);
  return ms;
}

/** { min, median, p90, max } in the unit of the values. */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part) => sorted[Math.round((sorted.length - 1) * part)];
  return { min: at(0), median: at(0.5), p90: at(0.9), max: at(1) };
}

/**
 * Times several things in turn, round by round, so that a busy moment of the machine meets all of them alike.
 * `cases` is { name: () => ms }; the first is what the others are compared with. Returns a row each.
 */
export async function compareInTurn(cases, rounds) {
  const names = Object.keys(cases);
  const values = Object.fromEntries(names.map((name) => [name, []]));
  // Once without counting: files come into the page cache.
  for (const name of names) cases[name]();
  for (let round = 0; round < rounds; round++) {
    await breathe();
    for (const name of names) values[name].push(cases[name]());
  }
  const baseline = spread(values[names[0]]).median;
  return names.map((name) => {
    const figures = spread(values[name]);
    return { name, unit: "ms", ...figures, ratio: figures.median / baseline, against: names[0], rounds };
  });
}
