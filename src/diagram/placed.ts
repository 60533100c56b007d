import type { Arrow, Box } from "./scene.ts";
import { fontSize, lineHeight, textWidth } from "./text-size.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box with its place; x and y from the picture's top left corner, sizes in pixels. */
export interface PlacedBox extends Point {
  readonly box: Box;
  readonly width: number;
  readonly height: number;
  /** How far the words stand to the right of their usual place, so that no arrow goes through them. */
  readonly wordsShift: number;
  readonly children: readonly PlacedBox[];
}

export interface PlacedArrow {
  readonly arrow: Arrow;
  readonly points: readonly Point[];
  /** Top left corner and size of the label; undefined when it has none. */
  readonly label: (Point & { readonly width: number; readonly height: number }) | undefined;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly arrows: readonly PlacedArrow[];
}

export const padding = 14;
export const iconSize = 22;

/** Width and height that a box's own texts need, beside its icon. */
export function textArea(box: Box): { width: number; height: number } {
  const mark = box.marks.length > 0 ? 14 + 22 * box.marks.length : 0;
  const widths = [
    textWidth(box.title, fontSize.title, true) + mark,
    ...box.lines.map((line) => textWidth(line, fontSize.line)),
  ];
  return {
    width: Math.max(...widths) + iconSize + 8 + 2 * padding,
    height: Math.max(lineHeight.title + box.lines.length * lineHeight.line, iconSize) + 2 * padding - 8,
  };
}
