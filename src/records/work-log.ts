import { AsyncLocalStorage } from "node:async_hooks";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { makeDirectory } from "../make-directory.ts";
import type { DeployCommand, DeployRecord } from "../state/deployment.ts";
import { unwritable } from "../state/damage.ts";
import type { LocalizedText } from "../text.ts";
import { redactDeep } from "./redact.ts";

/** One line of the work log. `time` is when it ended; durations in milliseconds. */
export type WorkLogEntry =
  | { kind: "run"; command: string; event: "started" | "done" | "failed" | "interrupted"; error?: string }
  | {
      kind: "step";
      step: string;
      event: "started" | "done" | "failed" | "up-to-date" | "destroyed";
      durationMs?: number;
      error?: string;
    }
  | {
      kind: "deploy";
      command: DeployCommand;
      event: "started" | DeployRecord["outcome"];
      /** Releases. */
      from: string;
      to: string;
      durationMs?: number;
      migrations?: number;
      error?: string;
    }
  | {
      kind: "diagnosis";
      step?: string;
      layer: string;
      code: string;
      cause: string;
      /** The cause in both languages, and what to do: for the report. Logs of earlier versions have neither. */
      causeText?: LocalizedText;
      fix?: string[];
      evidence: object[];
    }
  | {
      kind: "aws";
      step?: string;
      service: string;
      operation: string;
      requestId?: string;
      durationMs: number;
      attempts?: number;
      error?: string;
    }
  | {
      kind: "remote";
      step?: string;
      script: string;
      instanceId: string;
      commandId: string;
      exitCode: number;
      durationMs: number;
      text: string;
    };

/** A line as it stands in the file. */
export type LoggedEntry = WorkLogEntry & { readonly time: string; readonly step?: string };

export const workLogFileName = "worklog.ndjson";

/** Appends what is done to a file that only grows: every AWS call and every remote command, without secrets. */
export class WorkLog {
  private readonly file: string;
  /** The step at work, noted with every entry that does not name one. */
  currentStep: string | undefined;
  private readonly stepOfCall = new AsyncLocalStorage<string>();

  constructor(
    private readonly directory: string,
    private readonly now: () => Date,
  ) {
    this.file = join(directory, workLogFileName);
  }

  /** Notes a step with all that this work does, for steps that are at work at the same time. */
  during<T>(step: string, work: () => T): T {
    return this.stepOfCall.run(step, work);
  }

  append(entry: WorkLogEntry): void {
    const step = "step" in entry ? entry.step : (this.stepOfCall.getStore() ?? this.currentStep);
    const line = { time: this.now().toISOString(), ...(step ? { step } : {}), ...entry };
    try {
      makeDirectory(this.directory);
      // One write per line, so that lines of a killed process are whole or absent.
      appendFileSync(this.file, `${JSON.stringify(redactDeep(line))}\n`, { mode: 0o600 });
    } catch (error) {
      const { file } = this;
      throw unwritable(
        { en: `The work log cannot be written: ${file}`, ja: `作業ログを書き込めません: ${file}` },
        error,
      );
    }
  }
}

/** For who only looks on, for hours perhaps: what is asked for a display is not the stack's work. */
export class SilentWorkLog extends WorkLog {
  override append(): void {}
}
