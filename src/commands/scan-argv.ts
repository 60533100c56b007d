/** What decides how an error in the rest of the command line is shown, read before the command line is parsed. */
export interface EarlyFlags {
  readonly lang: string | undefined;
  readonly json: boolean;
  readonly debug: boolean;
  readonly color: boolean;
}

export function scanArgv(argv: readonly string[]): EarlyFlags {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  // The last one counts, as in the parser.
  const place = own.findLastIndex((word) => word === "--lang" || word.startsWith("--lang="));
  const word = own[place];
  return {
    lang: word === "--lang" ? own[place + 1] : word?.slice("--lang=".length),
    json: own.includes("--json"),
    debug: own.includes("--debug"),
    color: !own.includes("--no-color"),
  };
}
