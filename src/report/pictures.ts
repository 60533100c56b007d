import type { Contradiction } from "../diagram/contradictions.ts";
import type { DrawnDrill } from "./drills-section.ts";
import type { Picture } from "./document.ts";

export interface Pictures {
  /** Undefined when nothing is known of how the stack looked. */
  readonly diagram: Picture | undefined;
  readonly contradictions: readonly Contradiction[];
  readonly timeline: Picture;
  readonly drills: readonly DrawnDrill[];
  /** By step. */
  readonly evidence: ReadonlyMap<string, { readonly picture: Picture; readonly caption: string }>;
}
