import type { Parsed } from "./program.ts";

/**
 * `status`, alone or with the options that scripts poll it with, without loading the parser: that would take longer
 * than the command. Anything else, and anything doubtful, is left to the parser.
 */
export function quickParse(argv: readonly string[]): Parsed | undefined {
  const [command, ...rest] = argv;
  if (command !== "status") return undefined;
  const options: Record<string, unknown> = {};
  for (let place = 0; place < rest.length; place++) {
    const word = rest[place];
    const value = rest[place + 1];
    if (word === "--json") options.json = true;
    else if (word === "--dir" && value !== undefined && !value.startsWith("-")) {
      options.dir = value;
      place += 1;
    } else return undefined;
  }
  return { run: async () => (await import("./status.ts")).status, args: [], options, progressAside: true };
}
