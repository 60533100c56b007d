import { inWords } from "../observed.ts";
import { costOf, costOfStep, costText, oldPricesNote, type Priced } from "../records/cost.ts";
import { pricesAsOf } from "../records/prices.ts";
import { createPaint, isFancy, type Paint } from "../reporter/paint.ts";
import type { ResourceRecord } from "../state/schema.ts";
import type { Change } from "../steps/step.ts";
import { lastStep, type StepName } from "../steps/names.ts";
import type { Invocation } from "./command.ts";

const signs = {
  create: ["green", "+"],
  update: ["yellow", "~"],
  replace: ["yellow", "±"],
  run: ["cyan", "$"],
  delete: ["red", "-"],
} as const;

export interface StepPlan {
  readonly step: StepName;
  readonly changes: readonly Change[];
}

export interface PlanFacts {
  readonly target: "sandbox" | "aws";
  readonly plans: readonly StepPlan[];
  /** What the state knows. */
  readonly resources: readonly ResourceRecord[];
  readonly priced: Priced;
  readonly now: Date;
}

/** Step by step: what is created, changed, run, deleted and kept, and on AWS what that costs. */
export function planLines(invocation: Invocation, facts: PlanFacts): string[] {
  const { io, language, preferences } = invocation;
  const paint = createPaint(isFancy(io.stdout, io.env, preferences.color));
  const { target, plans, priced } = facts;
  const label = target === "sandbox" ? "[sandbox] " : "";
  const lines: string[] = [];
  for (const { step, changes } of plans) {
    const none = invocation.text({ en: "up to date", ja: "変更なし" });
    const cost = costOfStep(priced, step);
    const price = target === "aws" && cost.items.length > 0 ? `  ${paint("dim", costText(cost)[language])}` : "";
    lines.push(
      `${label}${paint("bold", step)}${changes.length === 0 ? `  ${paint("dim", none)}` : ""}${price}`,
      ...changes.map((change) => changeLine(change, language, paint)),
      ...keptIn(facts, step, changes).map((subject) => `  ${paint("dim", `= ${subject}`)}`),
    );
  }
  return target === "aws" ? [...lines, "", ...costLines(invocation, facts)] : lines;
}

/** What the state knows of a step and its plan does not touch. */
function keptIn({ resources }: PlanFacts, step: StepName, changes: readonly Change[]): string[] {
  const touched = new Set(changes.map(({ subject }) => subject));
  return resources
    .filter((it) => it.step === step && it.id !== undefined)
    .map(({ type, name, id }) => (type === "s3:bucket" ? `${type} ${id}` : `${type} ${name}`))
    .filter((subject) => !touched.has(subject));
}

export function costLines(invocation: Invocation, { plans, priced, now }: PlanFacts): string[] {
  const cost = costOf(priced, plans.at(-1)?.step ?? lastStep);
  const parts = cost.items.map(({ name, dollars }) => {
    const price = dollars === undefined ? "?" : `$${dollars.toFixed(4)}/h`;
    return `  ${name[invocation.language]}: ${price}`;
  });
  const total = costText(cost);
  const old = oldPricesNote(now);
  return [
    invocation.text({
      en: `It costs ${total.en} until \`lecture05 destroy\`: an estimate from the list prices of ${priced.region} as of ${pricesAsOf}, without traffic, S3's storage and taxes`,
      ja: `\`lecture05 destroy\` を実行するまでの料金: ${total.ja} (${priced.region} の ${pricesAsOf} 時点の定価からの概算。通信料・S3 の保存料・税を除く)`,
    }),
    ...parts,
    ...(old ? [invocation.text(old)] : []),
  ];
}

function changeLine(change: Change, language: "en" | "ja", paint: Paint): string {
  const [colour, sign] = signs[change.action];
  const reason = change.reason ? paint("dim", `  (${change.reason[language]})`) : "";
  return `  ${paint(colour, sign)} ${inWords(change.subject)[language]}${reason}`;
}
