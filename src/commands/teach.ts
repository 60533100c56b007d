import { Lecture05Error } from "../errors.ts";
import { explainStep } from "../explain/explain.ts";
import { createPaint, isFancy } from "../reporter/paint.ts";
import { columnsOf } from "../reporter/reporter.ts";
import type { Step } from "../steps/step.ts";
import type { Invocation } from "./command.ts";
import { ask, canAsk } from "./confirm.ts";
import { factsOf } from "./explain/facts.ts";
import { explanationEvent } from "./explain/event.ts";
import { lessonLines } from "./explain/view.ts";

/**
 * `up --teach`: before a step that has something to do, says in short why it is done so, and asks whether to go on.
 * With --yes it says so and goes on. Refused at once where there is nobody to ask.
 */
export function teacher(invocation: Invocation): (step: Step) => Promise<void> {
  const { io, options, preferences, language, json } = invocation;
  if (options.dryRun === true) throw notWithDryRun();
  if (!preferences.yes && !canAsk(invocation)) throw nobodyToTeach();
  let isQuiet = false;
  return async (step) => {
    if (isQuiet) return;
    (await invocation.reporter()).pause();
    // Read anew, so that the values are those which the steps before have left.
    const explanation = explainStep(step, factsOf(preferences));
    if (json) return invocation.print(JSON.stringify(explanationEvent(explanation)));
    const paint = createPaint(isFancy(io.stdout, io.env, preferences.color));
    invocation.print(...lessonLines(explanation, { language, paint, columns: columnsOf(io.stdout) }), "");
    if (!preferences.yes) isQuiet = await wantsQuiet(invocation, step);
  };
}

/** Asks until there is an answer that it knows. True: no explanations any more. */
async function wantsQuiet(invocation: Invocation, step: Step): Promise<boolean> {
  const prompt = invocation.text({
    en: "    Enter: go on   s: skip the explanations   q: stop > ",
    ja: "    Enter: 続ける   s: 以降の説明を省略   q: 中止 > ",
  });
  for (;;) {
    const answer = (await ask(invocation, prompt))?.toLowerCase();
    // Ctrl-D, too, is a wish to leave.
    if (answer === undefined || answer === "q" || answer === "quit") throw stopped(step);
    if (answer === "" || answer === "s" || answer === "skip") return answer !== "";
  }
}

const stopped = ({ name }: Step): Lecture05Error =>
  new Lecture05Error("DECLINED", {
    what: { en: `Stopped before step ${name}`, ja: `ステップ ${name} の前で中止しました` },
    why: {
      en: "You asked to stop; the steps before are done and recorded",
      ja: "ここまでのステップは完了し、記録されています",
    },
    next: ["lecture05 up --teach", "lecture05 status", "lecture05 destroy"],
  });

const nobodyToTeach = (): Lecture05Error =>
  new Lecture05Error("USAGE", {
    what: {
      en: "--teach asks before each step, and there is no terminal to ask on",
      ja: "--teach は各ステップの前に確認しますが、端末がないため質問できません",
    },
    next: [
      {
        en: "Give --yes to see the reasons without being asked",
        ja: "--yes を付けると、確認なしで理由だけを表示します",
      },
      "lecture05 explain",
    ],
  });

const notWithDryRun = (): Lecture05Error =>
  new Lecture05Error("USAGE", {
    what: { en: "--teach and --dry-run do not go together", ja: "--teach と --dry-run は同時に指定できません" },
    why: { en: "A dry run carries out nothing to go on with", ja: "--dry-run ではステップを実行しません" },
    next: ["lecture05 explain STEP", "lecture05 plan"],
  });
