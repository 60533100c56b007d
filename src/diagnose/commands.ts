import { shellQuote } from "../remote/shell-quote.ts";
import type { Language } from "../text.ts";
import type { Action, Evidence, RuledOut, Verdict } from "./verdict.ts";

/** What a person would type. With several hosts the one that it is about is named. */
export function commandOf(action: Action, instanceId?: string): string {
  if (action.kind === "step") return `lecture05 step ${action.step}`;
  if (action.kind === "by-hand") return action.command;
  return `lecture05 exec ${instanceId ? `--instance ${instanceId} ` : ""}-- ${shellQuote(action.script)}`;
}

export const commandsOf = ({ fix, instanceId }: Verdict, several = false): string[] =>
  fix.actions.map((action) => commandOf(action, several ? instanceId : undefined));

/** What `diagnose --json` prints: stable, described in docs/commands.md. */
export interface VerdictDocument {
  readonly layer: string;
  readonly code: string;
  /** In the chosen language. */
  readonly cause: string;
  readonly evidence: readonly Evidence[];
  readonly fix: { readonly commands: readonly string[]; readonly automatic: boolean };
  readonly ruledOut: readonly RuledOut[];
}

export function verdictDocument(verdict: Verdict, language: Language, several = false): VerdictDocument {
  const { layer, code, cause, evidence, fix, ruledOut } = verdict;
  return {
    layer,
    code,
    cause: cause[language],
    evidence,
    fix: { commands: commandsOf(verdict, several), automatic: fix.automatic },
    ruledOut,
  };
}
