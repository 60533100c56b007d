import type { Facts } from "../../../src/diagnose/facts.ts";

/** A healthy stack with one thing wrong, and the code that has to come of it. */
export interface Case {
  readonly code: string;
  readonly what: string;
  readonly facts: Facts;
}
