import { outcomeText } from "../../deploy/words.ts";
import { formatDuration } from "../../reporter/duration.ts";
import type { Paint } from "../../reporter/paint.ts";
import type { WorkLogEntry } from "../../records/work-log.ts";
import { inWords } from "../../observed.ts";
import type { Language } from "../../text.ts";

type Entry = WorkLogEntry & { readonly time: string; readonly step?: string };

interface LogViewOptions {
  readonly step: string | undefined;
  readonly since?: Date | undefined;
  readonly language: Language;
  readonly paint: Paint;
  readonly json: boolean;
}

/** One line of the work log for people, or as it is; [] for what was not asked for. */
export function logLines(line: string, options: LogViewOptions): string[] {
  const entry = parse(line);
  if (!entry || (options.step !== undefined && entry.step !== options.step)) return [];
  if (options.since && new Date(entry.time) < options.since) return [];
  if (options.json) return [line];
  const { paint } = options;
  const [head, ...rest] = describe(entry, options);
  const time = paint("dim", entry.time.slice(0, 19).replace("T", " "));
  return [`${time}  ${entry.step ? `${paint("cyan", entry.step)}  ` : ""}${head ?? ""}`, ...rest];
}

function describe(entry: Entry, { language, paint }: LogViewOptions): string[] {
  const time = (durationMs: number | undefined): string =>
    durationMs === undefined ? "" : `  ${paint("dim", formatDuration(durationMs, language))}`;
  const error = (text: string | undefined): string => (text ? `  ${paint("red", text)}` : "");
  const say = (words: string): string => inWords(words)[language];
  switch (entry.kind) {
    case "run":
      return [`lecture05 ${entry.command}: ${say(entry.event)}${error(entry.error)}`];
    case "step":
      return [`${say(entry.event)}${time(entry.durationMs)}${error(entry.error)}`];
    case "deploy": {
      const { command, event, from, to } = entry;
      const outcome = event === "started" ? { en: "started", ja: "開始" } : outcomeText[event];
      return [
        `lecture05 ${command}: ${from} → ${to}, ${outcome[language]}${time(entry.durationMs)}${error(entry.error)}`,
      ];
    }
    case "diagnosis":
      return [`${paint("bold", entry.code)} (${entry.layer}): ${entry.cause}`];
    case "aws":
      return [`aws ${entry.service} ${entry.operation}${time(entry.durationMs)}${error(entry.error)}`];
    case "remote": {
      const failed = entry.exitCode === 0 ? "" : error(say(`exit ${entry.exitCode}`));
      const text = entry.text
        .trimEnd()
        .split("\n")
        .map((line) => paint("dim", `    | ${line}`));
      return [`${entry.instanceId} $ ${entry.script}${time(entry.durationMs)}${failed}`, ...text];
    }
    default:
      // Of a kind that a newer version writes.
      return [JSON.stringify(entry)];
  }
}

/** A line that a crash cut short is left out. */
function parse(line: string): Entry | undefined {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}
