import type { LocalizedText } from "../text.ts";

/** One thing that was looked at before anything is made. `name` is stable and kebab-case. */
export interface PreflightCheck {
  readonly name: string;
  readonly title: LocalizedText;
  /** unknown: it could not be asked; nothing is known against it. */
  readonly verdict: "ok" | "failed" | "unknown";
  readonly observed: LocalizedText;
  /** What to do about it, most likely first. */
  readonly next?: readonly (string | LocalizedText)[];
}
