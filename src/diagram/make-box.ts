import type { Contradiction } from "./contradictions.ts";
import type { Box, BoxKind } from "./scene.ts";

export type MakeBox = (
  id: string,
  kind: BoxKind,
  title: string,
  lines: readonly string[],
  children?: readonly Box[],
  /** AWS id or name that contradictions speak of. */
  subject?: string,
) => Box;

/** Makes boxes whose texts may be published, marked with what contradicts them. */
export function boxMaker(contradictions: readonly Contradiction[], redact: (text: string) => string): MakeBox {
  return (id, kind, title, lines, children = [], subject) => ({
    id,
    kind,
    title: redact(title),
    lines: lines.map(redact),
    children,
    marks: contradictions.flatMap((found, index) => (subject && found.subject === subject ? [index + 1] : [])),
  });
}
