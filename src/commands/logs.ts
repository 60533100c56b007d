import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Lecture05Error } from "../errors.ts";
import { createClock } from "../engine/interrupt.ts";
import { createPaint, isFancy } from "../reporter/paint.ts";
import { workLogFileName } from "../records/work-log.ts";
import type { Command } from "./command.ts";
import { interruptedExitCode } from "./interrupt.ts";
import { logLines } from "./logs/view.ts";
import { requireState } from "./require-state.ts";
import { optionalStepName } from "./step-name.ts";

const followMs = 300;

export const logs: Command = async (invocation) => {
  const { preferences, options, io, language, json } = invocation;
  const step = optionalStepName(options.step);
  const since = options.since === undefined ? undefined : await sinceFrom(options.since);
  const paint = createPaint(isFancy(io.stdout, io.env, preferences.color));
  if (options.access === true) {
    if (step !== undefined || options.follow === true) throw notTogether(step === undefined ? "--follow" : "--step");
    const { defaultSinceMs, showAccessLogs } = await import("./logs/access.ts");
    return showAccessLogs(invocation, since ?? new Date(Date.now() - defaultSinceMs), paint);
  }
  const file = join(preferences.directory, workLogFileName);
  // After a destroy the log is still there, and still of interest.
  if (!existsSync(file)) requireState(preferences);
  const show = (line: string): void => {
    if (json && step === undefined && since === undefined) invocation.print(line);
    else invocation.print(...logLines(line, { step, since, language, paint, json }));
  };

  const tail = new Tail(file);
  for (const line of await tail.read()) show(line);
  if (options.follow !== true) return 0;
  const signal = invocation.signal({ quiet: true });
  const clock = createClock(signal);
  while (!signal.aborted) {
    // The sleep is what Ctrl-C ends; that is how following is meant to end.
    await clock.sleep(followMs).catch(() => {});
    for (const line of await tail.read()) show(line);
  }
  return interruptedExitCode;
};

async function sinceFrom(value: unknown): Promise<Date | undefined> {
  return (await import("./logs/since.ts")).parseSince(value, new Date());
}

function notTogether(other: string): Lecture05Error {
  return new Lecture05Error("USAGE", {
    what: { en: `--access and ${other} do not go together`, ja: `--access と ${other} は同時に使えません` },
    why: {
      en: "Access logs are of the stack's visitors, not of its steps, and come minutes later",
      ja: "アクセスログは訪問者のリクエストの記録で、ステップとは関係がなく、数分遅れて届きます",
    },
    next: ["lecture05 logs --access --since 2h"],
  });
}

/** Reads the lines that a growing file has got since the last look. */
class Tail {
  private offset = 0;
  private rest = Buffer.alloc(0);

  constructor(private readonly file: string) {}

  async read(): Promise<string[]> {
    if (!existsSync(this.file)) return [];
    const handle = await open(this.file, "r");
    try {
      const { size } = await handle.stat();
      const added = Buffer.alloc(Math.max(0, size - this.offset));
      const { bytesRead } = await handle.read(added, 0, added.length, this.offset);
      this.offset += bytesRead;
      // Cut at the last newline in bytes, so that no character is torn apart.
      const bytes = Buffer.concat([this.rest, added.subarray(0, bytesRead)]);
      const end = bytes.lastIndexOf("\n") + 1;
      this.rest = bytes.subarray(end);
      return bytes.subarray(0, end).toString("utf8").split("\n").filter(Boolean);
    } finally {
      await handle.close();
    }
  }
}
