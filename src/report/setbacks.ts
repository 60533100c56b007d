import type { LoggedEntry } from "../records/work-log.ts";
import type { StepName } from "../steps/names.ts";
import { untranslated, type LocalizedText } from "../text.ts";

/** Something that went wrong: a step that failed, or what somebody had `diagnose` look for. */
export interface Setback {
  /** Undefined where a diagnosis was asked for and no step had failed. */
  readonly step: StepName | undefined;
  readonly time: string;
  /** What the step said; undefined as above. */
  readonly error: string | undefined;
  readonly diagnosis: SetbackDiagnosis | undefined;
  /** When the step was done, or a diagnosis found nothing wrong any more. */
  readonly solvedAt: string | undefined;
}

export interface SetbackDiagnosis {
  readonly layer: string;
  readonly code: string;
  readonly cause: LocalizedText;
  /** Commands, or what to do by hand; [] in logs of earlier versions. */
  readonly fix: readonly string[];
}

type DiagnosisEntry = Extract<LoggedEntry, { kind: "diagnosis" }>;

const nothingWrong = "NOTHING_WRONG";

/** All that went wrong, in its order. A diagnosis belongs to the step that fails right after it. */
export function setbacksOf(entries: readonly LoggedEntry[]): Setback[] {
  const setbacks: Setback[] = [];
  let open: DiagnosisEntry | undefined;
  for (const [index, entry] of entries.entries()) {
    const later = entries.slice(index + 1);
    if (entry.kind === "diagnosis") {
      if (open && open.code !== entry.code) setbacks.push(lookedInto(open, entries));
      if (entry.code === nothingWrong) open = undefined;
      // Asked again while nothing had changed: one line, from the first time on.
      else if (open?.code !== entry.code || entry.step !== undefined) open = entry;
    }
    if (entry.kind !== "step" || entry.event !== "failed") continue;
    const step = entry.step as StepName;
    const own = open && open.step === step ? open : undefined;
    if (own) open = undefined;
    setbacks.push({
      step,
      time: entry.time,
      error: entry.error ?? "",
      diagnosis: own && diagnosisOf(own),
      solvedAt: later.find((next) => isHealthy(next) || isDone(next, step))?.time,
    });
  }
  if (open) setbacks.push(lookedInto(open, entries));
  return setbacks.toSorted((a, b) => a.time.localeCompare(b.time));
}

function lookedInto(entry: DiagnosisEntry & { readonly time: string }, entries: readonly LoggedEntry[]): Setback {
  const later = entries.slice(entries.indexOf(entry) + 1);
  return {
    step: entry.step as StepName | undefined,
    time: entry.time,
    error: undefined,
    diagnosis: diagnosisOf(entry),
    solvedAt: later.find((next) => isHealthy(next) || isDone(next, entry.step))?.time,
  };
}

const isHealthy = (entry: LoggedEntry): boolean => entry.kind === "diagnosis" && entry.code === nothingWrong;

const isDone = (entry: LoggedEntry, step: string | undefined): boolean =>
  (entry.kind === "step" && entry.step === step && entry.event === "done") ||
  (entry.kind === "run" && entry.command === "up" && entry.event === "done");

const diagnosisOf = ({ layer, code, cause, causeText, fix }: DiagnosisEntry): SetbackDiagnosis => ({
  layer,
  code,
  cause: causeText ?? untranslated(cause),
  fix: fix ?? [],
});
