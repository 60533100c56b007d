import type { Count } from "../count.ts";
import { redactDeep } from "../records/redact.ts";
import { writeRunRecord, type OutputLine, type RunRecord, type RunStep } from "../records/run-record.ts";
import type { RemoteOutput } from "../steps/step.ts";
import { untranslated, type LocalizedText } from "../text.ts";
import type { EngineEvent, EventSink } from "./events.ts";

/** Enough to see what a host is at; the whole lies on the host itself. */
const keptLines = 300;
const longestLine = 500;
/** What changes in between is in the next writing. */
const pauseMs = 250;

/**
 * Writes down what a run says, for the page that another process shows (`status --web`). Secrets are taken out of the
 * lines as a whole, because some go over several.
 */
export function recordRun(sink: EventSink, directory: string, now: () => Date): EventSink {
  let record: RunRecord | undefined;
  let output: OutputLine[] = [];
  let writtenAt = 0;

  const write = (isUrgent: boolean): void => {
    if (!record) return;
    const time = now().getTime();
    if (!isUrgent && time - writtenAt < pauseMs) return;
    writtenAt = time;
    writeRunRecord(directory, { ...redactDeep(record), output: withoutSecrets(output) });
  };
  const step = (name: RunStep["name"], changes: Partial<RunStep>): void => {
    if (!record) return;
    record = { ...record, steps: record.steps.map((it) => (it.name === name ? { ...it, ...changes } : it)) };
  };

  const note = (event: EngineEvent): boolean => {
    switch (event.type) {
      case "run.started": {
        const { command, steps } = event;
        const startedAt = now().toISOString();
        const waiting = steps.map((name) => ({ name, state: "waiting" as const }));
        record = { version: 1, command, pid: process.pid, startedAt, outcome: "running", steps: waiting, output: [] };
        output = [];
        return true;
      }
      case "step.started":
        step(event.step, { state: "working", startedAt: now().toISOString(), ...expectation(event) });
        say(event.step, untranslated(event.step));
        return true;
      case "step.planned":
        step(event.step, { startedAt: now().toISOString(), ...expectation(event) });
        return true;
      case "step.progress":
        say(event.step, event.message, event.count);
        if (event.output) output = [...output, ...linesOf(event.output, output)].slice(-keptLines);
        return event.output !== undefined;
      case "step.finished":
        step(event.step, { state: event.outcome === "failed" ? "failed" : "done", durationMs: event.durationMs });
        return true;
      case "run.finished":
        if (record) {
          const { now: _over, ...rest } = record;
          record = { ...rest, outcome: event.outcome, finishedAt: now().toISOString() };
        }
        return true;
      default:
        return false;
    }
  };
  const say = (name: RunStep["name"], message: LocalizedText, count?: Count): void => {
    if (record) record = { ...record, now: { step: name, message, ...(count ? { count } : {}) } };
  };

  return (event) => {
    sink(event);
    write(note(event));
  };
}

const expectation = ({ expectedMs }: { readonly expectedMs?: number }): Partial<RunStep> =>
  expectedMs === undefined ? {} : { expectedMs };

function linesOf({ instanceId, script, lines }: RemoteOutput, before: readonly OutputLine[]): OutputLine[] {
  const last = before.findLast((line) => line.script !== undefined);
  const isSame = last?.script === script && last.instanceId === instanceId;
  return lines.map((text, index) => ({
    text: text.slice(0, longestLine),
    ...(index === 0 && !isSame ? { script, instanceId } : {}),
  }));
}

function withoutSecrets(output: readonly OutputLine[]): OutputLine[] {
  const clean = redactDeep({ text: output.map(({ text }) => text).join("\n") }).text.split("\n");
  // A secret that went over several lines has become one: then the marks of the scripts no longer fit their lines.
  if (clean.length !== output.length) return clean.map((text) => ({ text }));
  return output.map((line, index) => ({ ...line, text: clean[index] ?? "" }));
}
