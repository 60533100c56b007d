import type { ErrorCode, Lecture05Error } from "../errors.ts";
import type { Found, SweepAnswer } from "../ports/sweep.ts";
import type { Change, Check, Kept, Leftover, ProgressDetail } from "../steps/step.ts";
import type { StepName } from "../steps/names.ts";
import type { Evidence, RuledOut } from "../diagnose/verdict.ts";
import type { PreflightCheck } from "../preflight/check.ts";
import type { LocalizedText } from "../text.ts";

/**
 * What the engine says; it prints nothing itself. `--json` prints these one a line, so `type` and the field names
 * are part of the command contract.
 */
export type EngineEvent =
  | {
      type: "run.started";
      command: RunCommand;
      stack: string;
      target: string;
      region: string;
      account: string;
      steps: StepName[];
    }
  /** What was looked at before anything is made. */
  | ({ type: "preflight.check" } & PreflightCheck)
  /** `expectedMs`: how long the step took in earlier runs on this machine; here when it is undone, else when planned. */
  | { type: "step.started"; step: StepName; title: LocalizedText; number: number; of: number; expectedMs?: number }
  | { type: "step.planned"; step: StepName; changes: Change[]; expectedMs?: number }
  | ({ type: "step.progress"; step: StepName; message: LocalizedText } & ProgressDetail)
  /** What AWS takes minutes for is begun for a later step. `reason`: it could not be; that step tries again. */
  | { type: "step.ahead"; step: StepName; reason?: LocalizedText }
  | { type: "resource.created"; step: StepName; resourceType: string; name: string; id: string }
  | { type: "resource.found"; step: StepName; resourceType: string; name: string; id: string }
  | { type: "resource.deleted"; step: StepName; resourceType: string; id: string }
  | { type: "resource.kept"; step: StepName; resourceType: string; id: string }
  | { type: "check"; step: StepName; check: Check }
  /** The one cause of a failure, under the step that failed. */
  | ({ type: "diagnosis"; step: StepName } & VerdictEvent)
  /** `verify --break`: a part is taken away for a moment now, and is there again. */
  | { type: "part.off"; step: StepName; part: LocalizedText }
  /** `leftSince`: an earlier command was killed before it could put the part back; this one did. */
  | { type: "part.on"; step: StepName; part: LocalizedText; leftSince?: string }
  /** It could not be put back; the next command that changes something tries again. */
  | { type: "part.left"; step: StepName; part: LocalizedText; reason: LocalizedText }
  | { type: "modules.recorded"; step: StepName; requested: number; pulledIn: number }
  | {
      type: "step.finished";
      step: StepName;
      outcome: "done" | "up-to-date" | "failed" | "superseded" | "destroyed" | "kept" | "adopted" | "absent";
      /** The later step that took over, with outcome "superseded". */
      by?: StepName;
      durationMs: number;
      error?: StepFailure;
    }
  | { type: "destroy.leftover"; step: StepName; leftover: Leftover }
  | { type: "sweep.started" }
  | { type: "sweep.finished"; answers: SweptSubject[] }
  | {
      type: "run.finished";
      outcome: "done" | "failed" | "interrupted";
      url?: string;
      /** When the instances end themselves, ISO 8601, UTC. */
      expiresAt?: string;
      durationMs: number;
      left?: number;
      /** Of a destroy: what was left standing by request. */
      kept?: Kept[];
      /** Of a destroy: the directory with certificate.json and certificate.txt. */
      certificate?: string;
    };

/** A verdict as programs and people get it; the texts are in both languages. */
export interface VerdictEvent {
  readonly layer: string;
  readonly code: string;
  readonly cause: LocalizedText;
  readonly evidence: readonly Evidence[];
  readonly fix: { readonly commands: readonly string[]; readonly automatic: boolean };
  readonly ruledOut: readonly RuledOut[];
}

/** One question of the sweep at the end of a destroy. Not answered: `found` proves nothing. */
export interface SweptSubject {
  readonly service: SweepAnswer["service"];
  readonly subject: string;
  readonly found: readonly Found[];
  readonly answered: boolean;
}

export type RunCommand = "up" | "step" | "destroy" | "verify" | "adopt";
export type EventSink = (event: EngineEvent) => void;

/** Why a step failed. `message` is for logs, in English; `what` and `why` are for people. */
export interface StepFailure {
  readonly code: ErrorCode | "BUG";
  readonly message: string;
  readonly what?: LocalizedText;
  readonly why?: LocalizedText;
}

export function failureOf({ code, message, detail: { what, why } }: Lecture05Error): StepFailure {
  return { code, message, what, ...(why ? { why } : {}) };
}
