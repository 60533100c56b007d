// npm run bench [PART…]: a table for people, bench/results/latest.json for machines. Ratios count, seconds are of this machine.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { daemon } from "./daemon.mjs";
import { s3 } from "./s3.mjs";
import { stack } from "./stack.mjs";
import { startUp } from "./start-up.mjs";

const parts = { "start-up": startUp, daemon, s3, stack };

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in parts));
if (unknown !== undefined) {
  process.stderr.write(`There is no part ${unknown}; there are: ${Object.keys(parts).join(", ")}\n`);
  process.exit(2);
}

const file = fileURLToPath(new URL("results/latest.json", import.meta.url));
mkdirSync(fileURLToPath(new URL("results", import.meta.url)), { recursive: true });
// What is not measured now stays as it was, with its own time and load.
const results = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).results : {};
const machine = { cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version };

for (const [name, part] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  const [before] = loadavg();
  const rows = await part();
  const load = { before, after: loadavg()[0] };
  for (const row of rows) process.stdout.write(`  ${line(row)}\n`);
  process.stdout.write(`  load average: ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after\n`);
  results[name] = { at: new Date().toISOString(), machine, load, rows };
  writeFileSync(file, `${JSON.stringify({ results }, undefined, 2)}\n`);
}

function line(row) {
  const { name, unit, min, median, p90, max, ratio, against } = row;
  const figures = [min, median, p90, max].map((value) => value.toFixed(1).padStart(9)).join("");
  const compared = ratio === undefined || name === against ? "" : `${ratio.toFixed(2)}x ${against}`;
  return `${name.padEnd(34)}${figures} ${unit.padEnd(5)} ${compared}${kept(row)}`.trimEnd();
}

/** What was promised of the ratio or of the figure itself, and whether it is so. */
function kept({ median, ratio, unit, atMost, atLeast }) {
  const promised = atMost ?? atLeast;
  if (promised === undefined) return "";
  const [seen, wanted, sign] = promised.ratio === undefined ? [median, promised.value, ` ${unit}`] : [ratio, promised.ratio, "x"];
  const isKept = atMost ? seen <= wanted : seen >= wanted;
  return `  ${atMost ? "at most" : "at least"} ${wanted}${sign}: ${isKept ? "yes" : "NO"}`;
}
