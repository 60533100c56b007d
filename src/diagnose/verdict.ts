import type { StepName } from "../steps/names.ts";
import type { LocalizedText } from "../text.ts";

/** The way from a visitor to the disk, in its order. Stable: names in `--json` and in docs/diagnoses.md. */
export const layerNames = [
  "name",
  "load-balancer",
  "security-group",
  "routes",
  "target-group",
  "instance",
  "host",
  "nginx",
  "socket",
  "puma",
  "rails",
  "database",
  "assets",
  "storage",
] as const;

export type LayerName = (typeof layerNames)[number];

/** One observation: what was run, the line that it printed, and what in that line decides. */
export interface Evidence {
  readonly command: string;
  readonly line: string;
  readonly value: string;
}

/** What puts a fault right, most often one action. */
export type Action =
  /** Shell text for the host, as root. */
  | { readonly kind: "host"; readonly script: string }
  /** A step of the lecture, applied again. */
  | { readonly kind: "step"; readonly step: StepName }
  /** Shown only: it needs a person's judgement, or a client that is not ours. */
  | { readonly kind: "by-hand"; readonly command: string };

export interface Fix {
  readonly actions: readonly Action[];
  /**
   * Safe to apply unasked: it only brings back what the tool itself had set up, creates nothing that costs, deletes
   * nothing and touches nobody else's process.
   */
  readonly automatic: boolean;
}

export interface RuledOut {
  readonly layer: LayerName;
  /** What was seen there, short. */
  readonly observed: string;
}

/** The one answer of a diagnosis. */
export interface Verdict {
  /** "none" when nothing is wrong. */
  readonly layer: LayerName | "none";
  /** Stable; each is described in docs/diagnoses.md. */
  readonly code: string;
  readonly cause: LocalizedText;
  readonly evidence: readonly Evidence[];
  readonly fix: Fix;
  readonly ruledOut: readonly RuledOut[];
  /** True when time may heal it (an agent that is on its way), so that a wait is not in vain. */
  readonly mayPass: boolean;
  /** The host that it is about; undefined when it is about AWS's side. */
  readonly instanceId: string | undefined;
}

export const nothingWrong = "NOTHING_WRONG";
export const unknown = "UNKNOWN";

/** True when the verdict names a fault that the table knows. */
export const isDefinite = ({ code }: Verdict): boolean => code !== nothingWrong && code !== unknown;
