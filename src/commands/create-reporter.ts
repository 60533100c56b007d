import { learnEnvironment, redactDeep } from "../records/redact.ts";
import { createJsonReporter } from "../reporter/json.ts";
import { createPaint, isFancy } from "../reporter/paint.ts";
import { isStream, type Reporter } from "../reporter/reporter.ts";
import type { Io } from "./io.ts";
import { bugsUrl } from "./package-facts.ts";
import type { Parsed } from "./program.ts";
import type { Preferences } from "./settings.ts";

/** The reporter that fits: events for programs, a spinner for terminals, lines for everything else. Without secrets. */
export async function createReporter(io: Io, preferences: Preferences, parsed: Parsed): Promise<Reporter> {
  learnEnvironment(io.env);
  const reporter = await choose(io, preferences, parsed);
  return {
    ...reporter,
    event: (event) => reporter.event(redactDeep(event)),
    progress: (message) => reporter.progress(redactDeep(message)),
    note: (message) => reporter.note(redactDeep(message)),
  };
}

async function choose(io: Io, preferences: Preferences, parsed: Parsed): Promise<Reporter> {
  const { stderr } = io;
  if (parsed.options.json === true) {
    const reporter = createJsonReporter({ stdout: io.stdout, bugsUrl: bugsUrl() });
    return parsed.progressAside ? { ...reporter, event: () => {}, progress: () => {}, note: () => {} } : reporter;
  }
  const stdout = parsed.progressAside ? stderr : io.stdout;
  const { createHumanReporter } = await import("../reporter/human.ts");
  const { language, debug, color } = preferences;
  const fancy = isFancy(stdout, io.env, color);
  // A terminal that nobody gave a size (docker exec -t, script) has 0 columns, and ora would clear lines for ever.
  const hasWidth = stdout.columns !== 0;
  const spinner =
    fancy && hasWidth && isStream(stdout)
      ? (await import("../reporter/spinner.ts")).createSpinner(stdout, language)
      : undefined;
  const paint = createPaint(fancy);
  return createHumanReporter({ stdout, stderr, language, debug, bugsUrl: bugsUrl(), paint, spinner });
}
