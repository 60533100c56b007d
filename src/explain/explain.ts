import type { Step } from "../steps/step.ts";
import type { StepName } from "../steps/names.ts";
import type { Facts } from "./facts.ts";
import type { Explanation, Reason } from "./reason.ts";
import { albReasons } from "./reasons/alb.ts";
import { backupReasons } from "./reasons/backup.ts";
import { databaseReasons } from "./reasons/database.ts";
import { instanceReasons } from "./reasons/ec2-instance.ts";
import { networkReasons } from "./reasons/ec2-network.ts";
import { groupEndReasons, hostEndReasons } from "./reasons/ends.ts";
import { nginxPumaReasons } from "./reasons/nginx-puma.ts";
import { nginxReasons } from "./reasons/nginx.ts";
import { pumaReasons } from "./reasons/puma.ts";
import { pumaSocketReasons } from "./reasons/puma-socket.ts";
import { redundancyReasons } from "./reasons/redundancy.ts";
import { s3Reasons } from "./reasons/s3.ts";
import { staticSiteReasons } from "./reasons/static-site.ts";
import { stepTexts } from "./step-texts.ts";
import { topics, type Topic } from "./topics.ts";

/** A step's settings with their reasons, and the topics that go deeper. */
export function explainStep(step: Pick<Step, "name" | "title">, facts: Facts): Explanation {
  const { name, title } = step;
  return {
    name,
    kind: "step",
    title,
    text: stepTexts[name],
    settings: reasonsOf(name, facts),
    see: topics.filter(({ settings }) => settings.some(([of]) => of === name)).map((topic) => topic.name),
  };
}

export function explainTopic({ name, title, text, settings, reasons: own }: Topic, facts: Facts): Explanation {
  const picked = settings.flatMap(([step, ...names]) => {
    const all = reasonsOf(step, facts);
    return names.flatMap((wanted) => {
      const found = all.filter((reason) => matches(reason.name, wanted));
      // The application may be somebody's own, with other settings.
      if (found.length === 0 && !isFromApplication(wanted)) throw new Error(`${name}: ${step} sets no ${wanted}`);
      return found;
    });
  });
  const steps = settings.map(([step]) => step);
  return { name, kind: "topic", title, text, settings: [...(own?.(facts) ?? []), ...picked], see: [...new Set(steps)] };
}

/** The settings of a step that have this name or end in it (HttpTokens), whatever the case; undefined when none has. */
export function explainSetting(
  wanted: string,
  { name, title }: Pick<Step, "name" | "title">,
  facts: Facts,
): Explanation | undefined {
  const settings = reasonsOf(name, facts).filter((reason) =>
    `.${reason.name}`.toLowerCase().endsWith(`.${wanted}`.toLowerCase()),
  );
  return settings.length === 0 ? undefined : { name, kind: "step", title, text: [], settings, see: [name] };
}

export const settingNames = (facts: Facts): string[] => [
  ...new Set((Object.keys(reasons) as StepName[]).flatMap((step) => reasonsOf(step, facts)).map(({ name }) => name)),
];

const reasons: Readonly<Record<StepName, (facts: Facts) => Reason[]>> = {
  ec2: (facts) => [...networkReasons(facts), ...instanceReasons(facts), ...hostEndReasons(facts)],
  puma: pumaReasons,
  "puma-socket": pumaSocketReasons,
  nginx: nginxReasons,
  "nginx-puma": nginxPumaReasons,
  alb: albReasons,
  s3: s3Reasons,
  "static-site": staticSiteReasons,
  database: databaseReasons,
  backup: backupReasons,
  redundancy: (facts) => [...redundancyReasons(facts), ...groupEndReasons(facts)],
};

const reasonsOf = (step: StepName, facts: Facts): Reason[] => reasons[step](facts);

const isFromApplication = (name: string): boolean => name.startsWith("config.") || name === "persistent_timeout";

/** `Protect*` and `*Count` stand for all names that begin or end so. */
function matches(name: string, wanted: string): boolean {
  if (wanted.endsWith("*")) return name.startsWith(wanted.slice(0, -1));
  return wanted.startsWith("*") ? name.endsWith(wanted.slice(1)) : name === wanted;
}
