// npm run bench [-- PART… --rounds N]: a table for people, bench/results/latest.json for machines. Ratios count, seconds are
// of this machine.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { endOnSignals, isInterrupted } from "./commands.mjs";
import { daemon } from "./daemon.mjs";
import { firstCall } from "./first-call.mjs";
import { line, verdict } from "./promise.mjs";
import { s3 } from "./s3.mjs";
import { stack } from "./stack.mjs";
import { startUp } from "./start-up.mjs";

const parts = { "start-up": startUp, "first-call": firstCall, daemon, s3, stack };

const { wanted, rounds } = readArguments();
const file = fileURLToPath(new URL("results/latest.json", import.meta.url));
mkdirSync(fileURLToPath(new URL("results", import.meta.url)), { recursive: true });
// What is not measured now stays as it was, with its own time and load.
const results = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).results : {};
const machine = { cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version };

endOnSignals();
try {
  for (const name of Object.keys(parts)) if (wanted.length === 0 || wanted.includes(name)) await measure(name);
} catch (error) {
  process.stderr.write(`${isInterrupted() ? error.message : error.stack}\n`);
  process.exitCode = isInterrupted() ? 130 : 1;
}

async function measure(name) {
  process.stdout.write(`\n${name}\n`);
  const [before] = loadavg();
  const startedAt = Date.now();
  const rows = (await parts[name]({ rounds })).map((row) => ({ ...row, ...verdict(row) }));
  const load = { before, after: loadavg()[0] };
  for (const row of rows) process.stdout.write(`  ${line(row)}\n`);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  process.stdout.write(`  load average: ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after; ${seconds} s\n`);
  results[name] = { at: new Date().toISOString(), machine, load, seconds, rows };
  writeFileSync(file, `${JSON.stringify({ results }, undefined, 2)}\n`);
  // A peer that leaves another host behind is no peer.
  if (rows.some(({ differences }) => differences !== undefined)) process.exitCode = 1;
}

function readArguments() {
  try {
    const options = { rounds: { type: "string", default: "1" } };
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const unknown = positionals.find((name) => !(name in parts));
    if (unknown !== undefined) throw new Error(`There is no part ${unknown}; there are: ${Object.keys(parts).join(", ")}`);
    if (!/^[1-9]\d?$/.test(values.rounds)) throw new Error(`--rounds is a number from 1 to 99, not ${values.rounds}`);
    return { wanted: positionals, rounds: Number(values.rounds) };
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return process.exit(2);
  }
}
