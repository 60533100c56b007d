import { chooseLanguage } from "../text.ts";
import type { Reporter } from "../reporter/reporter.ts";
import type { Invocation } from "./command.ts";
import { listenForInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import type { Parsed } from "./program.ts";
import { quickParse } from "./quick-parse.ts";
import { scanArgv } from "./scan-argv.ts";
import type { Services } from "./services.ts";
import { resolvePreferences, type Flags } from "./settings.ts";
import type { ErrorStyle } from "./show-error.ts";

/** Runs one command line and returns its exit code. Never throws: what goes wrong is shown here. */
export async function runCli(argv: readonly string[], io: Io, services?: Services): Promise<number> {
  const early = scanArgv(argv);
  // The language and form in which a usage error is shown must be known before anything is parsed.
  const style: ErrorStyle = { ...early, language: chooseLanguage(early.lang ?? io.env.LECTURE05_LANG, io.env) };
  const interrupt = listenForInterrupt(io, () => style);
  let reporter: Promise<Reporter> | undefined;

  try {
    const parsed = quickParse(argv) ?? (await parseFully(argv, io, style));
    if (typeof parsed === "number") return parsed;

    const preferences = resolvePreferences(flagsOf(parsed.options), io.env, io.cwd);
    Object.assign(style, { language: preferences.language, debug: preferences.debug, color: preferences.color });
    const makeReporter = async (): Promise<Reporter> =>
      (await import("./create-reporter.ts")).createReporter(io, preferences, parsed);
    const invocation: Invocation = {
      io,
      preferences,
      language: preferences.language,
      json: parsed.options.json === true,
      args: parsed.args,
      options: parsed.options,
      commandLine: `lecture05 ${argv.join(" ")}`,
      signal: (options) => interrupt.signal(options),
      reporter: () => (reporter ??= makeReporter()),
      services: async () => services ?? (await import("./default-services.ts")).defaultServices(),
      text: (words) => words[preferences.language],
      print: (...lines) => void io.stdout.write(lines.map((line) => `${line}\n`).join("")),
    };
    const run = await parsed.run();
    return await run(invocation);
  } catch (error) {
    // Only those who need it pay for it: `status` has its start-up time as a target.
    const { showError } = await import("./show-error.ts");
    return showError(error, { io, style, reporter: await reporter, explain: (it) => interrupt.explain(it) });
  } finally {
    interrupt.stop();
    (await reporter)?.close();
  }
}

async function parseFully(argv: readonly string[], io: Io, style: ErrorStyle): Promise<Parsed | number> {
  const { parse } = await import("./program.ts");
  return parse(argv, {
    language: style.language,
    columns: io.stdout.columns || 80,
    printHelp: (text) => void io.stdout.write(text),
    printUsage: (text) => void io.stderr.write(text),
  });
}

function flagsOf(options: Readonly<Record<string, unknown>>): Flags {
  // Commander sets `color` to true when --no-color is absent; then the variable or the file may still say no.
  return { ...options, color: options.color === false ? false : undefined };
}
