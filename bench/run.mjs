// npm run bench [PART…]: a table for people, bench/results/latest.json for machines. Ratios count, seconds are of this machine.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { startUp } from "./start-up.mjs";

const parts = { "start-up": startUp };

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in parts));
if (unknown !== undefined) {
  process.stderr.write(`There is no part ${unknown}; there are: ${Object.keys(parts).join(", ")}\n`);
  process.exit(2);
}

const results = {};
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  results[name] = await part();
  for (const row of results[name]) process.stdout.write(`  ${line(row)}\n`);
}

const file = fileURLToPath(new URL("results/latest.json", import.meta.url));
mkdirSync(fileURLToPath(new URL("results", import.meta.url)), { recursive: true });
const machine = { cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version };
writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, results }, undefined, 2)}\n`);

function line({ name, unit, min, median, p90, ratio, against, atMost }) {
  const figures = [min, median, p90].map((value) => value.toFixed(1).padStart(8)).join("");
  const compared = name === against ? "" : `${ratio.toFixed(2)}x ${against}`;
  const kept = atMost === undefined ? "" : `, at most ${atMost}x: ${ratio <= atMost ? "yes" : "NO"}`;
  return `${name.padEnd(24)}${figures} ${unit}   ${compared}${kept}`;
}
