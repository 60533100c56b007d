import type { Count } from "../count.ts";
import { elapsedText, formatAbout, formatDuration } from "../reporter/duration.ts";
import type { RunRecord, RunStep } from "../records/run-record.ts";
import { untranslated, type Language, type LocalizedText } from "../text.ts";
import type { WebFacts, WebStep } from "./facts.ts";

export interface StepView {
  readonly name: string;
  readonly title: string;
  readonly state: "waiting" | "working" | "done" | "failed";
  readonly sign: string;
  readonly word: string;
  readonly time: string;
  /** Of a bar; null: none. */
  readonly percent: number | null;
  readonly more: string;
}

/** The upper part of the page, in words: the script only puts them in their places. */
export interface View {
  readonly title: string;
  /** Read out when it changes, so it holds nothing that counts up. */
  readonly announcement: string;
  readonly summary: string;
  readonly percent: number | null;
  readonly url: string | null;
  readonly warnings: readonly string[];
  readonly steps: readonly StepView[];
}

const signs: Readonly<Record<StepView["state"], string>> = { waiting: "–", working: "▶", done: "✓", failed: "✗" };
const words: Readonly<Record<WebStep["status"] | "working" | "waiting" | "deleting" | "deleted", LocalizedText>> = {
  pending: { en: "not done", ja: "未実施" },
  waiting: { en: "waiting", ja: "待機中" },
  running: { en: "running", ja: "実行中" },
  working: { en: "running", ja: "実行中" },
  done: { en: "done", ja: "完了" },
  failed: { en: "failed", ja: "失敗" },
  stale: { en: "needs another run", ja: "要再実行" },
  deleting: { en: "deleting", ja: "削除中" },
  deleted: { en: "deleted", ja: "削除済み" },
};
/** A bar that is full and goes on would be a lie. */
const almost = 98;

/** The run that is at work now; a record whose process is gone tells of no work. */
export function activeRun({ run, working }: WebFacts): RunRecord | undefined {
  return run?.outcome === "running" && working?.pid === run.pid ? run : undefined;
}

export function buildView(facts: WebFacts, now: Date, language: Language): View {
  const say = (text: LocalizedText): string => text[language];
  const run = activeRun(facts);
  const steps = facts.steps.map((step) => stepView(step, run, now, language));
  const at = steps.findIndex(({ state }) => state === "working");
  const label = facts.target === "sandbox" ? "[sandbox] " : "";
  const place = at < 0 ? "" : `${at + 1}/${steps.length} ${steps[at]?.name ?? ""} – `;
  return {
    title: `${place}${label}${facts.stack}`,
    announcement: label + say(announcement(facts, run)),
    summary: say(summary(facts, run, now, language)),
    percent: run ? overallPercent(run, facts, now) : null,
    url: facts.url ?? null,
    warnings: facts.warnings.map(say),
    steps,
  };
}

function announcement(facts: WebFacts, run: RunRecord | undefined): LocalizedText {
  const { working, stands, wasDestroyed, steps } = facts;
  if (run) {
    const place = run.steps.findIndex(({ state }) => state === "working");
    const step = run.steps[place];
    const title = steps.find(({ name }) => name === step?.name)?.title;
    if (!step || !title) return { en: `${run.command} is at work`, ja: `${run.command} を実行中です` };
    const count = `${place + 1}/${run.steps.length}`;
    return run.command === "destroy"
      ? { en: `Deleting, ${count}: ${step.name} (${title.en})`, ja: `削除中 ${count}: ${step.name} (${title.ja})` }
      : {
          en: `${run.command}, step ${count}: ${step.name} (${title.en})`,
          ja: `${run.command} ステップ ${count}: ${step.name} (${title.ja})`,
        };
  }
  if (working) return { en: `${working.command} is at work`, ja: `${working.command} を実行中です` };
  if (!stands && wasDestroyed) {
    return {
      en: "The stack has been taken down. What follows is from its records.",
      ja: "スタックは削除済みです。以下は記録から表示しています。",
    };
  }
  if (!stands) return { en: "Nothing is here yet: lecture05 up", ja: "まだ何もありません: lecture05 up" };
  const open = steps.find(({ status }) => status !== "done");
  if (open?.status === "failed" || open?.status === "stale") {
    return {
      en: `Step ${open.name} is not complete. To go on: lecture05 up`,
      ja: `ステップ ${open.name} が完了していません。続行: lecture05 up`,
    };
  }
  const done = steps.filter(({ status }) => status === "done").length;
  return open
    ? { en: `${done} of ${steps.length} steps are done`, ja: `${steps.length} ステップ中 ${done} 件が完了` }
    : { en: "All steps are done", ja: "すべてのステップが完了しています" };
}

function summary(facts: WebFacts, run: RunRecord | undefined, now: Date, language: Language): LocalizedText {
  const where = facts.region;
  if (!run) {
    const last = facts.run;
    if (!last?.finishedAt) return untranslated(where);
    const ended = `${last.finishedAt.slice(0, 19).replace("T", " ")} UTC`;
    const took = formatDuration(Date.parse(last.finishedAt) - Date.parse(last.startedAt), language);
    const outcome = lastOutcomes[last.outcome];
    return {
      en: `${where}; last run: ${last.command}, ${outcome.en} at ${ended} after ${took}`,
      ja: `${where}、前回の実行: ${last.command} ${outcome.ja} (${ended}、${took})`,
    };
  }
  const elapsed = formatDuration(now.getTime() - Date.parse(run.startedAt), language);
  const leftMs = remainingMs(run, facts, now);
  if (leftMs === undefined) return { en: `${where}; running for ${elapsed}`, ja: `${where}、経過時間 ${elapsed}` };
  const left = formatAbout(leftMs, language);
  return {
    en: `${where}; running for ${elapsed}, ${left} left as a rule`,
    ja: `${where}、経過時間 ${elapsed}、残り ${left} (過去の実行から推定)`,
  };
}

const lastOutcomes: Readonly<Record<RunRecord["outcome"], LocalizedText>> = {
  running: { en: "cut off", ja: "途中で終了" },
  done: { en: "done", ja: "完了" },
  failed: { en: "failed", ja: "失敗" },
  interrupted: { en: "interrupted", ja: "中断" },
};

/** Undefined as soon as one step that is still to be done was never seen before. */
function remainingMs(run: RunRecord, facts: WebFacts, now: Date): number | undefined {
  let sum = 0;
  for (const step of run.steps) {
    if (step.state === "done" || step.state === "failed") continue;
    const known = facts.steps.find(({ name }) => name === step.name);
    // What is done already is passed by in a moment.
    if (step.state === "waiting" && known?.status === "done" && run.command !== "destroy") continue;
    const expectedMs = step.expectedMs ?? known?.expectedMs;
    if (expectedMs === undefined) return undefined;
    sum += Math.max(0, expectedMs - elapsedOf(step, now));
  }
  return sum;
}

function overallPercent(run: RunRecord, facts: WebFacts, now: Date): number {
  const leftMs = remainingMs(run, facts, now);
  const elapsedMs = now.getTime() - Date.parse(run.startedAt);
  if (leftMs !== undefined && elapsedMs + leftMs > 0) return percentOf(elapsedMs, elapsedMs + leftMs);
  return percentOf(run.steps.filter(({ state }) => state === "done").length, run.steps.length);
}

const percentOf = (part: number, whole: number): number =>
  Math.max(0, Math.min(almost, Math.round((part / Math.max(1, whole)) * 100)));

const countPercent = (count: Count | undefined): number | null =>
  count?.total === undefined ? null : Math.round((count.done / Math.max(1, count.total)) * 100);

const elapsedOf = ({ startedAt }: RunStep, now: Date): number =>
  startedAt === undefined ? 0 : Math.max(0, now.getTime() - Date.parse(startedAt));

function stepView(step: WebStep, run: RunRecord | undefined, now: Date, language: Language): StepView {
  const inRun = run?.steps.find(({ name }) => name === step.name);
  const isDestroy = run?.command === "destroy";
  const passed = step.checks.total === 0 ? "" : checksText(step, language);
  const common = { name: step.name, title: step.title[language] };
  if (run && inRun?.state === "working") {
    const expectedMs = inRun.expectedMs;
    const elapsedMs = elapsedOf(inRun, now);
    const { now: doing } = run;
    const count = doing?.step === step.name ? doing.count : undefined;
    // The time of the whole step, where it is known: a count is that of one script in it, and begins anew with the next.
    const percent = expectedMs === undefined ? countPercent(count) : percentOf(elapsedMs, expectedMs);
    const counted =
      count && `${count.done}${count.total === undefined ? "" : `/${count.total}`} ${count.unit[language]}`;
    return {
      ...common,
      state: "working",
      sign: signs.working,
      word: words[isDestroy ? "deleting" : "working"][language],
      time: elapsedText(elapsedMs, expectedMs, language),
      percent,
      more: [doing?.step === step.name ? doing.message[language] : "", counted].filter(Boolean).join(" – "),
    };
  }
  if (isDestroy && inRun?.state === "done")
    return { ...rest(step, passed, language), ...common, word: words.deleted[language] };
  if (run && inRun?.state === "waiting" && (isDestroy || step.status !== "done")) {
    const time = step.expectedMs === undefined ? "" : formatAbout(step.expectedMs, language);
    return {
      ...common,
      state: "waiting",
      sign: signs.waiting,
      word: words.waiting[language],
      time,
      percent: null,
      more: "",
    };
  }
  return { ...rest(step, passed, language), ...common };
}

function rest(step: WebStep, passed: string, language: Language): Omit<StepView, "name" | "title"> {
  const state =
    step.status === "done"
      ? "done"
      : step.status === "pending"
        ? "waiting"
        : step.status === "running"
          ? "working"
          : "failed";
  return {
    state,
    sign: signs[state],
    word: words[step.status][language],
    time: [step.durationMs === undefined ? "" : formatDuration(step.durationMs, language), passed]
      .filter(Boolean)
      .join(", "),
    percent: null,
    more: "",
  };
}

function checksText({ checks: { passed, total } }: WebStep, language: Language): string {
  return language === "ja" ? `確認 ${passed}/${total}` : `checks ${passed}/${total}`;
}
