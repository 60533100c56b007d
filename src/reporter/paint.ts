export type Colour = "red" | "green" | "yellow" | "cyan" | "bold" | "dim";

const codes: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  bold: [1, 22],
  dim: [2, 22],
};

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

export function createPaint(enabled: boolean): Paint {
  if (!enabled) return (_colour, text) => text;
  return (colour, text) => `\u001B[${codes[colour][0]}m${text}\u001B[${codes[colour][1]}m`;
}

/**
 * Whether a stream gets colours and cursor codes: a terminal that knows them, and nobody asked for plain text
 * (https://no-color.org: NO_COLOR counts when it is set to anything but nothing).
 */
export function isFancy(
  stream: { readonly isTTY?: boolean | undefined },
  environment: NodeJS.ProcessEnv,
  colourFlag: boolean,
): boolean {
  if (!colourFlag || environment.NO_COLOR || environment.TERM === "dumb") return false;
  return Boolean(stream.isTTY) && !environment.CI;
}
