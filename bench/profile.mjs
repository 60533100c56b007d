/**
 * Where the processor's time of a command goes, by Node's own profiler: `node bench/profile.mjs [--bin FILE] COMMAND…`, each
 * COMMAND one argument ("status --live"), in the environment of the caller, whose stack it looks at. Prints a line a command
 * with the milliseconds of each part (medians of five runs), so that two builds can be held against each other.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const rounds = 5;
const parts = ["node", "load", "own", "libraries", "collect"];

/** The part that a sample of the profile belongs to; undefined for waiting. */
function partOf({ functionName, url }) {
  if (functionName === "(idle)") return undefined;
  if (functionName === "(garbage collector)") return "collect";
  // Finding, reading, checking and compiling code, ours and Node's own.
  if (/^(wrapSafe|Script|compileForInternalLoader|compileFunction.*)$/.test(functionName)) return "load";
  if (url.startsWith("node:internal/modules")) return "load";
  if (url.startsWith("node:internal/bootstrap") || url.startsWith("node:internal/process")) return "node";
  // Sockets, HTTP, hashes, files: what the command asks of Node.
  if (url.startsWith("node:")) return "libraries";
  if (url) return "own";
  return functionName === "(program)" || functionName === "(root)" ? "node" : "libraries";
}

/** Milliseconds by part of one profile. */
function sum(profile) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const spent = Object.fromEntries(parts.map((part) => [part, 0]));
  for (const [index, id] of profile.samples.entries()) {
    const part = partOf(nodes.get(id));
    if (part) spent[part] += profile.timeDeltas[index] / 1000;
  }
  return spent;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function profiled(bin, command) {
  const directory = mkdtempSync(join(tmpdir(), "lecture05-profile-"));
  try {
    const node = ["--cpu-prof", "--cpu-prof-interval", "200", "--cpu-prof-dir", directory];
    const { status, stderr } = spawnSync(process.execPath, [...node, bin, ...command.split(" ")], { encoding: "utf8" });
    if (status !== 0) throw new Error(`lecture05 ${command} ended with ${status}: ${stderr}`);
    const [name] = readdirSync(directory);
    return sum(JSON.parse(readFileSync(join(directory, name), "utf8")));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const words = process.argv.slice(2);
const bin = words[0] === "--bin" ? words.splice(0, 2)[1] : fileURLToPath(new URL("../bin/lecture05.js", import.meta.url));
process.stdout.write(`${"milliseconds of".padEnd(18)}${[...parts, "all"].map((part) => part.padStart(11)).join("")}\n`);
for (const command of words) {
  const runs = Array.from({ length: rounds }, () => profiled(bin, command));
  const spent = parts.map((part) => median(runs.map((run) => run[part])));
  const all = median(runs.map((run) => parts.reduce((total, part) => total + run[part], 0)));
  process.stdout.write(`${command.padEnd(18)}${[...spent, all].map((ms) => ms.toFixed(0).padStart(11)).join("")}\n`);
}
