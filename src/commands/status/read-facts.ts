import { loadDrills } from "../../drill/record.ts";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadTopology } from "../../diagram/topology-file.ts";
import type { Topology } from "../../diagram/topology.ts";
import { workKind } from "../../engine/expectations.ts";
import { Lecture05Error } from "../../errors.ts";
import { durationsDirectory, openDurationBook } from "../../records/durations.ts";
import { loadLastStack } from "../../records/last-stack.ts";
import { readRunRecord, type RunRecord } from "../../records/run-record.ts";
import { workLogFileName } from "../../records/work-log.ts";
import { buildReport, type ReportData, type Standing } from "../../report/data.ts";
import { releasesOf } from "../../state/releases.ts";
import { stateFileName } from "../../state/read.ts";
import type { State } from "../../state/schema.ts";
import { untranslated, type LocalizedText } from "../../text.ts";
import type { WebFacts, WebStep } from "../../web/facts.ts";
import type { Invocation } from "../command.ts";
import { identify } from "../identity.ts";
import { settingsOf } from "../stack-session.ts";
import { statusReport, type StatusReport } from "./report.ts";

export interface FactsReader {
  read(): WebFacts;
  /** The state that was read last; undefined when nothing of a stack stands. */
  readonly state: State | undefined;
  /** Of the records that a report is made from. */
  readonly version: string;
  /** How the stack looked when it was looked at for a diagram or a report. */
  topology(): Topology | undefined;
  /** Undefined when there are no records at all. */
  report(topology: Topology | undefined, standing: Standing): ReportData | undefined;
}

/** Reads what a stack's own files say. All of them are replaced by renames, so that none is ever seen half. */
export async function createFactsReader(invocation: Invocation): Promise<FactsReader> {
  const { preferences, io } = invocation;
  const { directory } = preferences;
  const titles = new Map((await (await invocation.services()).steps()).map(({ name, title }) => [name, title]));
  const book = openDurationBook(durationsDirectory(io.env));
  let state: State | undefined;
  let lastGood: { readonly status: StatusReport; readonly state: State | undefined } | undefined;

  const readStatus = (): { readonly status: StatusReport; readonly warnings: readonly LocalizedText[] } => {
    try {
      const identity = identify(preferences);
      const status = statusReport(identity, directory, new Date());
      state = identity.state;
      lastGood = { status, state };
      return { status, warnings: status.warnings.map(({ message }) => message) };
    } catch (error) {
      // A page that is open already says what is wrong, and waits until it is put right.
      if (!lastGood || !(error instanceof Lecture05Error)) throw error;
      return { status: lastGood.status, warnings: [error.detail.what] };
    }
  };

  const stepOf = (step: StatusReport["steps"][number], target: string, run: RunRecord | undefined): WebStep => ({
    name: step.name,
    title: titles.get(step.name) ?? untranslated(step.name),
    status: step.status,
    durationMs: step.durationMs ?? undefined,
    checks: { passed: step.checks.filter(({ ok }) => ok).length, total: step.checks.length },
    expectedMs: book.expectedMs(workKind(target, kindOf(step, run), step.name)),
  });

  return {
    get state() {
      return state;
    },
    get version() {
      return [stateFileName, workLogFileName].map((name) => stampOf(join(directory, name))).join(" ");
    },
    read() {
      const { status, warnings } = readStatus();
      const run = readRunRecord(directory);
      return {
        stack: status.stack,
        target: status.target,
        region: status.region,
        url: status.url ?? undefined,
        stands: state !== undefined,
        wasDestroyed: state === undefined && lastStackIn(directory) !== undefined,
        steps: status.steps.map((step) => stepOf(step, status.target, run)),
        warnings,
        working: status.working ?? undefined,
        run,
        releases: releasesOf(state),
      };
    },
    topology: () => loadTopology(directory),
    report(topology, standing) {
      const of = state ?? lastStackIn(directory);
      return (
        of &&
        buildReport({
          state: of,
          standing: state === undefined ? { kind: "gone" } : standing,
          workLog: textIn(join(directory, workLogFileName)),
          titles,
          topology,
          drills: loadDrills(directory),
          instanceType: topology?.instances[0]?.type ?? settingsOf(preferences).instanceType,
        })
      );
    },
  };
}

function kindOf({ startedAt }: StatusReport["steps"][number], run: RunRecord | undefined) {
  if (run?.command === "destroy" && run.outcome === "running") return "destroy";
  return startedAt === null ? "first" : "again";
}

function lastStackIn(directory: string): State | undefined {
  try {
    return loadLastStack(directory);
  } catch {
    // Only a record of what was; a damaged one is none.
    return undefined;
  }
}

function textIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Another one when the file is another one. */
function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : "-";
}
