import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Lecture05Error } from "../errors.ts";
import { workLogFileName } from "../records/work-log.ts";
import { formatDuration } from "../reporter/duration.ts";
import { table } from "../reporter/width.ts";
import { figuresOf, timingsOf, type Timings } from "../report/timings.ts";
import { parseWorkLog } from "../report/work.ts";
import type { LocalizedText } from "../text.ts";
import type { Invocation } from "./command.ts";

/** For `up --timings`: runs the work, and says afterwards where the time went, also when it failed. */
export async function timed(invocation: Invocation, work: () => Promise<number>): Promise<number> {
  if (invocation.options.dryRun === true) throw notWithDryRun();
  const startedAt = new Date();
  try {
    return await work();
  } finally {
    const file = join(invocation.preferences.directory, workLogFileName);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const entries = parseWorkLog(text).filter(({ time }) => time >= startedAt.toISOString());
    // A command that was refused has no times.
    if (entries.length > 0) await show(timingsOf(entries, startedAt.getTime(), Date.now()), invocation);
  }
}

async function show(timings: Timings, invocation: Invocation): Promise<void> {
  (await invocation.reporter()).pause();
  if (invocation.json) invocation.print(JSON.stringify({ type: "timings", ...timings }));
  else invocation.print(...timingLines(timings, invocation));
}

function timingLines(timings: Timings, invocation: Invocation): string[] {
  const { language } = invocation;
  const text = (words: LocalizedText): string => invocation.text(words);
  const time = (durationMs: number): string => formatDuration(durationMs, language);
  const { durationMs, lowerBoundMs, overlapMs, longest } = timings;
  const ratio = lowerBoundMs > 0 ? (durationMs / lowerBoundMs).toFixed(2) : "-";
  const rows = [...timings.parts, timings].map((part) => [
    `  ${part === timings ? text({ en: "all", ja: "合計" }) : (part.step ?? text({ en: "around the steps", ja: "ステップ以外" }))}`,
    ...figuresOf(part).map(time),
  ]);
  const head = [
    `  ${text({ en: "critical path", ja: "クリティカルパス" })}`,
    text({ en: "took", ja: "所要時間" }),
    text({ en: "on hosts", ja: "ホスト" }),
    text({ en: "AWS calls", ja: "AWS API" }),
    text({ en: "waits", ja: "待ち" }),
    "lecture05",
    text({ en: "saved by overlap", ja: "並行による短縮" }),
  ];
  const bound = {
    en: `Hosts and AWS alone need ${time(lowerBoundMs)} of it: the lower bound; the run took ${ratio} times as long, and ${time(overlapMs)} were saved by doing things at the same time.`,
    ja: `このうちホストと AWS だけの時間は ${time(lowerBoundMs)} (下限) で、実行時間はその ${ratio} 倍です。並行処理による短縮は ${time(overlapMs)} です。`,
  };
  return [
    "",
    ...table([head, ...rows]),
    "",
    `  ${text(bound)}`,
    ...(longest.length === 0 ? [] : [`  ${text({ en: "The longest pieces:", ja: "時間のかかった処理:" })}`]),
    ...table(longest.map(({ step, name, durationMs: took }) => [`    ${step ?? "-"}`, name, time(took)])),
  ];
}

function notWithDryRun(): Lecture05Error {
  return new Lecture05Error("USAGE", {
    what: { en: "--timings and --dry-run do not go together", ja: "--timings と --dry-run は同時に指定できません" },
    why: { en: "A dry run carries out nothing that takes time", ja: "--dry-run ではステップを実行しません" },
    next: ["lecture05 up --timings"],
  });
}
