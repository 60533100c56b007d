import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Count } from "../count.ts";
import type { StepName } from "../steps/names.ts";
import type { LocalizedText } from "../text.ts";
import { replaceQuietly } from "./replace-quietly.ts";

/** What the run that is under way, or was the last, has said: for whoever watches it from another process. */
export const runRecordFileName = "run.json";

export interface RunRecord {
  readonly version: 1;
  readonly command: string;
  readonly pid: number;
  /** Times are ISO 8601, UTC. */
  readonly startedAt: string;
  readonly outcome: "running" | "done" | "failed" | "interrupted";
  readonly finishedAt?: string;
  /** The steps of this run, in their order. */
  readonly steps: readonly RunStep[];
  /** What is done now. */
  readonly now?: { readonly step?: StepName; readonly message: LocalizedText; readonly count?: Count };
  /** The last lines that hosts printed, without secrets. */
  readonly output: readonly OutputLine[];
}

export interface RunStep {
  readonly name: StepName;
  readonly state: "waiting" | "working" | "done" | "failed";
  readonly startedAt?: string;
  readonly durationMs?: number;
  readonly expectedMs?: number;
}

/** A line from a host. The script's name stands with its first line only. */
export interface OutputLine {
  readonly text: string;
  readonly script?: string;
  readonly instanceId?: string;
}

/** Undefined when there is none, or none that can be read: it is for showing, never the truth. */
export function readRunRecord(directory: string): RunRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(directory, runRecordFileName), "utf8")) as RunRecord;
    const isWhole = record.version === 1 && Array.isArray(record.steps) && Array.isArray(record.output);
    return isWhole ? record : undefined;
  } catch {
    return undefined;
  }
}

export function writeRunRecord(directory: string, record: RunRecord): void {
  replaceQuietly(directory, runRecordFileName, JSON.stringify(record));
}
