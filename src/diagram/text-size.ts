import { displayWidth } from "../reporter/width.ts";

/** Sizes in pixels. The picture is laid out without a browser, so widths are estimated, on the wide side. */
export const fontSize = { title: 13, line: 11, label: 11, heading: 18 } as const;
export const lineHeight = { title: 18, line: 15 } as const;

/**
 * Width of a text in a sans-serif font. A column of a terminal is taken as 0.62 em: wider than the average Latin letter
 * (0.5 to 0.6 em), and a full-width character (two columns) really is 1 em.
 */
export function textWidth(text: string, size: number, bold = false): number {
  return Math.ceil(displayWidth(text) * size * (bold ? 0.66 : 0.62));
}
