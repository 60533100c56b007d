import type { StepName } from "../steps/names.ts";
import type { Check } from "../steps/step.ts";

/** What was seen to fail before a diagnosis was asked for. */
export interface Occasion {
  readonly failedChecks: readonly Check[];
  /** The error's text, e.g. the last lines of a remote script. */
  readonly failure: string | undefined;
  /** The step whose parts are not all there yet, because one of its first scripts failed: they cannot be missed. */
  readonly unfinished: StepName | undefined;
}

export const noOccasion: Occasion = { failedChecks: [], failure: undefined, unfinished: undefined };

/** Step puma's scripts before the one that starts Puma. */
export const preparingScripts = [
  "prepare-host",
  "install-ruby",
  "create-app-user",
  "send-app",
  "configure-app",
  "install-gems",
  "prepare-release",
] as const;

/** From an error's text as the state records it: "REMOTE_COMMAND_FAILED: install-gems failed on i-… with …". */
export function occasionOf(step: StepName, message: string, failedChecks: readonly Check[] = []): Occasion {
  const [, script = ""] = /^REMOTE_COMMAND_FAILED: ([a-z0-9-]+) failed on /.exec(message) ?? [];
  const preparing = preparingScripts.some((name) => script.startsWith(name));
  return { failedChecks, failure: message, unfinished: preparing ? step : undefined };
}
