import { Lecture05Error } from "../errors.ts";
import { explainSetting, explainStep, explainTopic, settingNames } from "../explain/explain.ts";
import type { Facts } from "../explain/facts.ts";
import type { Explanation } from "../explain/reason.ts";
import { findTopic, topics } from "../explain/topics.ts";
import { createPaint, isFancy } from "../reporter/paint.ts";
import { columnsOf } from "../reporter/reporter.ts";
import { table } from "../reporter/width.ts";
import { wrap } from "../reporter/wrap.ts";
import { stepNames } from "../steps/names.ts";
import type { Step } from "../steps/step.ts";
import { shown } from "../text.ts";
import type { Command, Invocation } from "./command.ts";
import { explanationEvent } from "./explain/event.ts";
import { factsOf } from "./explain/facts.ts";
import { explanationLines, type ViewOptions } from "./explain/view.ts";
import { suggest } from "./suggest.ts";

/** Says why the settings are as they are. From the state and the code alone: no AWS, no sandbox, no host. */
export const explain: Command = async (invocation) => {
  const [wanted] = invocation.args;
  const steps = await (await invocation.services()).steps();
  if (wanted === undefined) return list(invocation, steps);
  const explanations = find(wanted, steps, factsOf(invocation.preferences));
  if (invocation.json) invocation.print(...explanations.map((it) => JSON.stringify(explanationEvent(it))));
  else {
    const options = viewOptions(invocation);
    invocation.print(
      ...explanations.flatMap((it, index) => [...(index ? [""] : []), ...explanationLines(it, options)]),
    );
  }
  return 0;
};

/** A step by its name, a topic by its name or another that people use, a setting by its own; in this order. */
function find(wanted: string, steps: readonly Step[], facts: Facts): Explanation[] {
  const name = wanted.toLowerCase();
  const step = steps.find((candidate) => candidate.name === name);
  if (step) return [explainStep(step, facts)];
  const topic = findTopic(name);
  if (topic) return [explainTopic(topic, facts)];
  const found = steps.flatMap((owner) => explainSetting(wanted, owner, facts) ?? []);
  if (found.length > 0) return found;
  throw unknown(wanted, facts);
}

function unknown(wanted: string, facts: Facts): Lecture05Error {
  const names = [...stepNames, ...topics.flatMap(({ name, aliases }) => [name, ...aliases])];
  const meant = suggest(wanted, names) ?? suggest(wanted, settingNames(facts));
  const list = [...stepNames, ...topics.map(({ name }) => name)].join(", ");
  return new Lecture05Error("STEP_UNKNOWN", {
    what: {
      en: `There is no step, topic or setting "${shown(wanted)}"`,
      ja: `"${shown(wanted)}" というステップ、トピック、設定はありません`,
    },
    why: meant
      ? { en: `Did you mean "${meant}"?`, ja: `"${meant}" ではありませんか？` }
      : { en: `There are: ${list}`, ja: `使えるもの: ${list}` },
    next: [...(meant ? [`lecture05 explain ${meant}`] : []), "lecture05 explain"],
  });
}

function list(invocation: Invocation, steps: readonly Step[]): number {
  const entries = [
    ...steps.map(({ name, title }) => ({ kind: "step", name, title })),
    ...topics.map(({ name, title }) => ({ kind: "topic", name, title })),
  ];
  if (invocation.json) {
    invocation.print(...entries.map((entry) => JSON.stringify({ type: "explanation.available", ...entry })));
    return 0;
  }
  const { paint, columns } = viewOptions(invocation);
  const rows = (kind: string): string[] => {
    const of = entries.filter((entry) => entry.kind === kind);
    const names = table(of.map(({ name }) => [`  ${name}`, ""]));
    const start = Math.max(...names.map((name) => name.length), ...entries.map(({ name }) => name.length + 2)) + 2;
    return of.flatMap(({ name, title }) => {
      const line = `  ${name}`.padEnd(start) + invocation.text(title);
      return columns === undefined ? [line] : wrap(line, columns, " ".repeat(start));
    });
  };
  invocation.print(
    paint("bold", invocation.text({ en: "Steps", ja: "ステップ" })),
    ...rows("step"),
    "",
    paint("bold", invocation.text({ en: "Topics", ja: "トピック" })),
    ...rows("topic"),
    "",
    invocation.text({
      en: "lecture05 explain NAME: a step, a topic, or a setting such as keepalive_timeout",
      ja: "lecture05 explain 名前: ステップ、トピック、または keepalive_timeout のような設定名を指定します",
    }),
  );
  return 0;
}

function viewOptions({ io, preferences, language }: Invocation): ViewOptions {
  const paint = createPaint(isFancy(io.stdout, io.env, preferences.color));
  return { language, paint, columns: columnsOf(io.stdout) };
}
