import type { StepName } from "../steps/names.ts";
import type { LocalizedText } from "../text.ts";
import type { View } from "./facts.ts";
import type { HostFacts } from "./host-facts.ts";
import type { Action, Evidence, Fix, LayerName } from "./verdict.ts";

/** What a diagnosis found: its evidence, and words for the {placeholders} in the table's texts and commands. */
export interface Finding {
  readonly evidence: readonly Evidence[];
  readonly values?: Readonly<Record<string, string>>;
  /** For symptoms: the text in which inner faults look for what they raise. */
  readonly raised?: string;
  /** Instead of the table's, where it depends on what was found. */
  readonly fix?: Fix;
}

/** One row of the table: a fault that this layer itself can have. */
export interface Diagnosis {
  readonly code: string;
  /** The step from which on this can be wrong; the layer's own when absent. */
  readonly since?: StepName;
  /** The step that ends it: what belongs to Puma on TCP is no fault once the socket is there. */
  readonly until?: StepName;
  /**
   * True for what does no harm to visitors now (an open rule, a bucket without versions): named only when nothing
   * breaks the page.
   */
  readonly latent?: true;
  /**
   * True for what may only be the effect of a fault further in (Puma crashes because a key is missing): named when no
   * inner layer has a fault that raises what was seen.
   */
  readonly symptom?: true;
  /** True for what already keeps its step from being installed; the others are not looked for while a step is half made. */
  readonly whileInstalling?: true;
  /** True when time alone may heal it: a name that is new, an agent that is on its way. */
  readonly mayPass?: true;
  /** What programs log or raise because of it. A symptom's text is looked up here. */
  readonly raises?: RegExp;
  /** Raw log lines as people would search for them. */
  readonly logLines: readonly string[];
  readonly cause: LocalizedText;
  readonly fix: Fix;
  /** Pure. Undefined when the fault is not there, or cannot be seen. */
  readonly find: (view: View) => Finding | undefined;
}

/** One place on the way, its faults in the order in which they explain each other, and what it looks like when well. */
export interface Layer {
  readonly name: LayerName;
  readonly title: LocalizedText;
  readonly since: StepName;
  /** "host": judged once for each host. */
  readonly scope: "stack" | "host";
  readonly diagnoses: readonly Diagnosis[];
  /** That something is wrong here or further in, without the reason: asked when no diagnosis holds. */
  readonly symptom?: (view: View) => readonly Evidence[] | undefined;
  /** What was seen when nothing is wrong; undefined when it was not looked at. */
  readonly observed: (view: View) => string | undefined;
}

export const onHost = (script: string): Action => ({ kind: "host", script });
export const applyStep = (step: StepName): Action => ({ kind: "step", step });
export const byHand = (command: string): Action => ({ kind: "by-hand", command });

export const automatic = (...actions: readonly Action[]): Fix => ({ actions, automatic: true });
export const printed = (...actions: readonly Action[]): Fix => ({ actions, automatic: false });

export const evidence = (command: string, line: string, value = line): Evidence => ({ command, line, value });

/** A diagnosis that looks at what the host said; not asked when it said nothing. */
export const inHost =
  (find: (facts: HostFacts, view: View) => Finding | undefined) =>
  (view: View): Finding | undefined =>
    view.host?.facts && find(view.host.facts, view);

/** A finding when there is something to show, nothing when there is not. */
export const when = (
  condition: boolean | undefined,
  ...shown: readonly Evidence[]
): { readonly evidence: readonly Evidence[] } | undefined => (condition ? { evidence: shown } : undefined);
