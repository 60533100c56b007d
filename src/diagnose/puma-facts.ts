import type { HostFacts } from "./host-facts.ts";

/** A property of Puma's unit, or "". */
export const unit = (facts: HostFacts, key: string): string => facts.value("puma.unit", key) ?? "";
/** On its way, and not because it crashed. */
export const isStarting = (facts: HostFacts): boolean =>
  unit(facts, "ActiveState") === "activating" &&
  unit(facts, "SubState") === "start" &&
  unit(facts, "NRestarts") === "0";
export const isRunning = (facts: HostFacts): boolean => unit(facts, "SubState") === "running";

/** What systemd says of itself where control groups of both versions are mounted; nothing failed. */
const remark = /^Failed to attach \d+ to compat systemd cgroup .*, ignoring/;

/** Puma's journal since the start before the last one: the last may have said nothing yet, older ones are history. */
export function recentJournal(facts: HostFacts): readonly string[] {
  const lines = facts.lines("puma.journal").filter((line) => !remark.test(line));
  const starts = lines.flatMap((line, index) => (line.startsWith("Starting puma.service") ? [index] : []));
  return lines.slice(starts.at(-2) ?? starts.at(-1) ?? 0);
}

/** The last line of Puma's recent journal that matches. */
export const journalLine = (facts: HostFacts, pattern: RegExp): string | undefined =>
  recentJournal(facts).findLast((line) => pattern.test(line));
