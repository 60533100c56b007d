import type { Count } from "../count.ts";
import type { EngineEvent, StepFailure } from "../engine/events.ts";
import { inWords } from "../observed.ts";
import type { Check } from "../steps/step.ts";
import { harmless, type Language, type LocalizedText } from "../text.ts";
import { createPlainCounts } from "./count-text.ts";
import { formatAbout, formatDuration } from "./duration.ts";
import { diagnosisLines } from "./diagnosis-text.ts";
import { errorLines } from "./error-text.ts";
import type { Paint } from "./paint.ts";
import { columnsOf, type Output, type Reporter } from "./reporter.ts";
import { runSummary } from "./run-summary.ts";
import { preflightLines } from "./preflight-lines.ts";
import { partLeftLine, partOffLine, partOnLine } from "./part-lines.ts";
import type { Spinner } from "./spinner.ts";
import { keptWord, sweepLines, sweepTitle } from "./sweep-lines.ts";
import { wrap } from "./wrap.ts";

export interface HumanReporterOptions {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly language: Language;
  readonly paint: Paint;
  readonly debug: boolean;
  readonly bugsUrl: string;
  /** Undefined: plain lines, without cursor codes. */
  readonly spinner: Spinner | undefined;
}

type RunStarted = Extract<EngineEvent, { type: "run.started" }>;
type StepFinished = Extract<EngineEvent, { type: "step.finished" }>;

/** Shows a run to people: a heading per step, what is being done, what was proved, and what to do next. */
export function createHumanReporter(options: HumanReporterOptions): Reporter {
  const { stdout, stderr, language, paint, spinner } = options;
  let run: RunStarted | undefined;
  let lastProgress = "";
  let lastCount: Count | undefined;
  const plainCounts = createPlainCounts(language);

  const write = (stream: Output, lines: readonly string[]): void => {
    if (lines.length === 0) return;
    spinner?.hide();
    stream.write(`${lines.join("\n")}\n`);
    if (lastProgress) spinner?.show(lastProgress, lastCount);
  };
  const fit = (stream: Output, lines: readonly string[]): readonly string[] => {
    const columns = columnsOf(stream);
    return columns === undefined ? lines : lines.flatMap((line) => wrap(line, columns, "      "));
  };
  const print = (...lines: readonly string[]): void => write(stdout, fit(stdout, lines));
  const label = (): string => (run?.target === "sandbox" ? `${paint("dim", "[sandbox]")} ` : "");

  const showProgress = (message: LocalizedText, count?: Count): void => {
    const text = message[language];
    const isNews = text !== lastProgress;
    if (!isNews && !count) return;
    lastProgress = text;
    lastCount = count;
    if (spinner) return spinner.show(text, count);
    if (isNews) stdout.write(`    ${text}\n`);
    const counted = plainCounts(text, count);
    if (counted) stdout.write(`    ${counted}\n`);
  };
  const showExpectation = (durationMs: number | undefined): void => {
    if (durationMs === undefined) return;
    if (spinner) return spinner.expect(durationMs);
    const about = formatAbout(durationMs, language);
    print(language === "ja" ? `    通常の所要時間: ${about}` : `    usually takes ${about}`);
  };
  const endProgress = (): void => {
    lastProgress = "";
    lastCount = undefined;
    spinner?.hide();
  };

  const showEvent = (event: EngineEvent): void => {
    switch (event.type) {
      case "run.started":
        endProgress();
        run = event;
        return print(`${label()}${paint("bold", runTitle(event, language))}`);
      case "step.started": {
        endProgress();
        spinner?.begin();
        const place = `${event.number}/${event.of}`;
        print("", `${label()}${paint("bold", `${place} ${event.step}`)}  ${event.title[language]}`);
        showExpectation(event.expectedMs);
        lastProgress = event.step;
        return spinner?.show(event.step);
      }
      case "step.progress":
        return showProgress(event.message, event.count);
      case "step.ahead":
        endProgress();
        return print(...aheadLines(event, language, paint));
      case "resource.created":
        return print(`  ${paint("green", "+")} ${event.resourceType} ${event.name} ${paint("dim", event.id)}`);
      case "resource.deleted":
        return print(`  ${paint("yellow", "-")} ${event.resourceType} ${paint("dim", event.id)}`);
      case "resource.kept":
        return print(`  = ${event.resourceType} ${paint("dim", event.id)} ${keptWord[language]}`);
      case "sweep.started":
        print("", `${label()}${paint("bold", sweepTitle[language])}`);
        lastProgress = sweepTitle[language];
        return spinner?.show(lastProgress);
      case "sweep.finished":
        endProgress();
        return print(...sweepLines(event.answers, language, paint));
      case "check":
        return print(checkLine(event.check, language, paint));
      case "preflight.check":
        return print(...preflightLines(event, language, paint));
      case "diagnosis":
        return print(...diagnosisLines(event, language, paint));
      case "part.off":
        return print(partOffLine(event, language, paint));
      case "part.on":
        endProgress();
        return print(partOnLine(event, language, paint));
      case "part.left":
        endProgress();
        return print(partLeftLine(event, language, paint));
      case "modules.recorded":
        return print(`  ${modulesText(event, language)}`);
      case "destroy.leftover":
        return print(
          `  ${paint("red", "!")} ${event.leftover.type} ${event.leftover.id}: ${paint("red", harmless(event.leftover.reason[language]))}`,
        );
      case "step.finished":
        endProgress();
        return print(finishedLine(event, run?.command, language, paint));
      case "run.finished":
        endProgress();
        return print(...runSummary(event, run, language, paint).map((line) => (line ? label() + line : line)));
      case "resource.found":
        // What was there already is news only to somebody who had lost sight of it.
        if (run?.command !== "adopt") return;
        return print(`  ${paint("cyan", "=")} ${event.resourceType} ${event.name} ${paint("dim", event.id)}`);
      case "step.planned":
        // Plans have a view of their own; in a run it is how long it will take that people want to know.
        return run ? showExpectation(event.expectedMs) : undefined;
    }
  };

  return {
    event: showEvent,
    progress: (message) => showProgress(message),
    note: (message) => write(stderr, fit(stderr, [message[language]])),
    failure(error) {
      endProgress();
      write(stderr, ["", ...errorLines(error, { ...options, columns: columnsOf(stderr) })]);
    },
    pause: endProgress,
    close: endProgress,
  };
}

function runTitle(event: RunStarted, language: Language): string {
  const where = event.target === "sandbox" ? event.region : `AWS ${event.account} ${event.region}`;
  return language === "ja"
    ? `lecture05 ${event.command}: スタック ${event.stack} (${where})`
    : `lecture05 ${event.command}: stack ${event.stack} (${where})`;
}

function aheadLines(
  { step, reason }: Extract<EngineEvent, { type: "step.ahead" }>,
  language: Language,
  paint: Paint,
): string[] {
  if (!reason) {
    const title = { en: `ahead of step ${step}, while hosts are prepared`, ja: `ステップ ${step} の先行作業` };
    return ["", `  ${paint("dim", title[language])}`];
  }
  const failed = { en: `not yet: step ${step} tries again`, ja: `未完了。ステップ ${step} で再試行します` };
  return [`  ${paint("yellow", "!")} ${failed[language]}: ${harmless(reason[language])}`];
}

function checkLine(check: Check, language: Language, paint: Paint): string {
  const observed = inWords(check.observed)[language];
  const expected =
    check.ok && check.expected === check.observed
      ? ""
      : ` (${language === "ja" ? "期待値" : "expected"}: ${inWords(check.expected)[language]})`;
  const mark = check.ok ? paint("green", "✓") : paint("red", "✗");
  return `  ${mark} ${check.title[language]}: ${check.ok ? observed : paint("red", observed)}${paint("dim", expected)}`;
}

function modulesText(event: Extract<EngineEvent, { type: "modules.recorded" }>, language: Language): string {
  return language === "ja"
    ? `インストールしたモジュール: ${event.requested} 件 (依存で追加: ${event.pulledIn} 件)`
    : `modules installed: ${event.requested} asked for, ${event.pulledIn} pulled in`;
}

const outcomes: Readonly<Record<StepFinished["outcome"], LocalizedText>> = {
  done: { en: "done", ja: "完了" },
  "up-to-date": { en: "up to date", ja: "変更なし" },
  failed: { en: "failed", ja: "失敗" },
  superseded: { en: "a later step took over", ja: "後のステップに引き継がれました" },
  destroyed: { en: "nothing left", ja: "削除済み" },
  kept: { en: "nothing left but what was to be kept", ja: "指定されたもの以外は削除済み" },
  adopted: { en: "adopted", ja: "引き継ぎました" },
  absent: { en: "not there", ja: "見つかりません" },
};

function failureText({ code, message, what, why }: StepFailure, language: Language): string {
  return what ? [code, what[language], why?.[language]].filter(Boolean).join(": ") : message;
}

function finishedLine(
  event: StepFinished,
  command: RunStarted["command"] | undefined,
  language: Language,
  paint: Paint,
): string {
  const ok = event.outcome !== "failed";
  const time = paint("dim", `(${formatDuration(event.durationMs, language)})`);
  // After `up` and `step` the error itself follows, in full; the other commands go on to the next step.
  const goesOn = command === "destroy" || command === "verify" || command === "adopt";
  const error = event.error && (goesOn ? failureText(event.error, language) : event.error.code);
  const detail = error ?? event.by;
  const reason = detail ? `: ${detail}` : "";
  const mark = event.outcome === "absent" ? "-" : ok ? "✓" : "✗";
  const text = `${mark} ${outcomes[event.outcome][language]}${reason}`;
  return `  ${paint(ok ? "green" : "red", text)} ${time}`;
}
