import type { LocalizedText } from "./text.ts";

/** How far something is that can be counted. */
export interface Count {
  readonly done: number;
  /** Undefined where nobody knows beforehand. */
  readonly total?: number;
  /** What is counted, and what happens to it: "packages set up". */
  readonly unit: LocalizedText;
}
