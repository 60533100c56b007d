/** The steps of the lecture in their order. The names are stable: they are keys in the state and in tags. */
export const lectureSteps = ["ec2", "puma", "puma-socket", "nginx", "nginx-puma", "alb", "s3"] as const;

/** What comes on top of the lecture for those who ask for it. Each by itself, but for what it rests on. */
export const extraSteps = ["static-site", "database", "backup", "redundancy"] as const;

type ExtraStep = (typeof extraSteps)[number];

/** The other extras that one rests on. All rest on the whole lecture. */
const basis: Readonly<Record<ExtraStep, readonly ExtraStep[]>> = {
  "static-site": [],
  database: [],
  // Before redundancy, whose image is of a host that has the timer.
  backup: [],
  redundancy: ["database"],
};

/** All steps that there are. */
export const stepNames = [...lectureSteps, ...extraSteps] as const;

export type StepName = (typeof stepNames)[number];

/** Where `up` ends when nobody says otherwise and nothing beyond it was begun. */
export const lastStep = "s3" satisfies StepName;

export const isExtra = (name: StepName): name is ExtraStep => (extraSteps as readonly string[]).includes(name);

/** Whether a run that is to end with step `last` carries this one out. */
export function isOnTheWay(last: StepName, name: StepName): boolean {
  if (!isExtra(name)) return stepNames.indexOf(name) <= stepNames.indexOf(last);
  return name === last || (isExtra(last) && basis[last].includes(name));
}

/** A state, as far as this matters here. */
interface Recorded {
  readonly steps: readonly { readonly name: string; readonly status: string; readonly output?: object | undefined }[];
  readonly resources: readonly { readonly step: string }[];
}

/**
 * True once a step was carried out or tried, or something was made for it ahead of its turn. One that has to run again
 * on a new host is pending, and has its output.
 */
export function isBegun({ steps, resources }: Recorded, name: StepName): boolean {
  const record = steps.find((it) => it.name === name);
  const wasTried = record !== undefined && (record.status !== "pending" || record.output !== undefined);
  return wasTried || resources.some(({ step }) => step === name);
}

/** The steps to speak of: the lecture's always, an extra once it was begun. */
export function listedSteps(state: Recorded | undefined): StepName[] {
  return stepNames.filter((name) => !isExtra(name) || (state !== undefined && isBegun(state, name)));
}

/** The last step of a run: the one that was asked for, else as far as the stack goes already. */
export function lastWanted(state: Recorded | undefined, to: StepName | undefined): StepName {
  return to ?? listedSteps(state).at(-1) ?? lastStep;
}
