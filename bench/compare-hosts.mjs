// node compare-hosts.mjs FACTS FACTS: in which lines two hosts differ (see by-hand/host-facts.sh). Exits with 1 when they do.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Sections without which a comparison would say nothing. */
const needed = ["packages", "gems", "units", "nginx", "settings", "application", "answer: GET /up", "answer: GET /"];

/**
 * The differences of two hosts, a line each; none means that they are the same. `mayHave` are packages that the second one
 * needs for its tool's sake (Ansible's Python).
 */
export function differencesOf(one, other, { mayHave = [] } = {}) {
  const [left, right] = [one, other].map(sectionsOf);
  const missing = needed.filter((name) => !left.get(name)?.length || !right.get(name)?.length);
  const found = missing.map((name) => `${name}: nothing is known of it`);
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const excused = (line) => name.startsWith("packages") && mayHave.includes(packageOf(line));
    const ours = left.get(name) ?? [];
    const theirs = (right.get(name) ?? []).filter((line) => ours.includes(line) || !excused(line));
    const before = found.length;
    found.push(...without(ours, theirs).map((line) => `${name}: only the first has: ${line}`));
    found.push(...without(theirs, ours).map((line) => `${name}: only the second has: ${line}`));
    if (found.length === before && ours.join("\n") !== theirs.join("\n")) found.push(`${name}: the order differs`);
  }
  return found;
}

/** Of "ii  nginx 1.26.3-3 amd64" or "nginx". */
const packageOf = (line) => line.replace(/^ii\s+/, "").split(" ")[0];

function sectionsOf(text) {
  const sections = new Map();
  for (const part of text.split(/^== /m).slice(1)) {
    const [name, ...lines] = part.trimEnd().split("\n");
    sections.set(name, lines);
  }
  return sections;
}

/** Lines as often as they are more often in `lines` than in `others`. */
function without(lines, others) {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [one, other] = process.argv.slice(2, 4).map((file) => readFileSync(file, "utf8"));
  const differences = differencesOf(one, other);
  for (const difference of differences) process.stdout.write(`${difference}\n`);
  process.exitCode = differences.length === 0 ? 0 : 1;
}
