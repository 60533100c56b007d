import { costOf as stackCost, databaseIn } from "../records/cost.ts";
import type { DrillRecord } from "../drill/record.ts";
import type { Topology } from "../diagram/topology.ts";
import type { DeployRecord } from "../state/deployment.ts";
import { countModules, modulesOf } from "../state/modules.ts";
import type { ModuleRecord, State, StepRecord } from "../state/schema.ts";
import { listedSteps, stepNames, type StepName } from "../steps/names.ts";
import { untranslated, type LocalizedText } from "../text.ts";
import { parseWorkLog, summarizeWork, type StepWork, type Work } from "./work.ts";

export interface ReportStage {
  readonly name: StepName;
  readonly title: LocalizedText;
  readonly record: StepRecord;
  readonly work: StepWork;
  readonly modules: readonly ModuleRecord[];
}

/** Whether the stack stands, and was looked at for this report; else it is made from the records alone. */
export type Standing =
  | { readonly kind: "seen" }
  | { readonly kind: "gone" }
  | { readonly kind: "out-of-reach"; readonly code: string; readonly what: LocalizedText };

/** Everything that the report says; the renderers add words and nothing else. */
export interface ReportData {
  readonly stack: string;
  readonly target: "sandbox" | "aws";
  readonly region: string;
  readonly account: string;
  readonly url: string | undefined;
  readonly standing: Standing;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly stages: readonly ReportStage[];
  readonly stepsDone: number;
  readonly checksPassed: number;
  readonly checksTotal: number;
  /** Sum of the steps' last runs, in milliseconds. */
  readonly workMs: number;
  readonly hosts: State["hosts"];
  readonly modules: readonly ModuleRecord[];
  readonly modulesRequested: number;
  readonly resources: number;
  readonly work: Work;
  /** The last of each kind since the stack was made. */
  readonly drills: readonly DrillRecord[];
  readonly deploys: readonly DeployRecord[];
  readonly cost: ReportCost;
  readonly topology: Topology | undefined;
}

export interface ReportCost {
  readonly instanceType: string;
  readonly perHourDollars: number;
  readonly hours: number;
  /** What it cost so far on AWS; for the sandbox, what it would have cost there. */
  readonly soFarDollars: number;
}

export interface ReportSources {
  readonly state: State;
  readonly standing: Standing;
  /** Text of worklog.ndjson. */
  readonly workLog: string;
  readonly titles: ReadonlyMap<StepName, LocalizedText>;
  readonly topology: Topology | undefined;
  readonly instanceType: string;
  readonly drills?: readonly DrillRecord[];
}

/** Puts the records together. Pure: the same records make the same report. */
export function buildReport(sources: ReportSources): ReportData {
  const { state, topology, standing } = sources;
  const work = summarizeWork(parseWorkLog(sources.workLog), state.createdAt);
  const modules = modulesOf(state);
  const stages = listedSteps(state).map((name): ReportStage => {
    const record = state.steps.find((step) => step.name === name) ?? { name, status: "pending", checks: [] };
    return {
      name,
      title: sources.titles.get(name) ?? untranslated(name),
      record,
      work: work.steps.find(({ step }) => step === name) ?? emptyWork(name),
      modules: modules.filter((module) => module.step === name),
    };
  });
  const checks = stages.flatMap(({ record }) => record.checks);
  return {
    stack: state.stack,
    target: state.target,
    region: state.region,
    account: state.account,
    url: state.url,
    standing,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    stages,
    stepsDone: stages.filter(({ record }) => record.status === "done").length,
    checksPassed: checks.filter(({ ok }) => ok).length,
    checksTotal: checks.length,
    workMs: stages.reduce((sum, { record }) => sum + (record.durationMs ?? 0), 0),
    hosts: state.hosts,
    modules,
    modulesRequested: countModules(state).requested,
    resources: state.resources.filter(({ id }) => id !== undefined).length,
    work,
    drills: (sources.drills ?? []).filter((it) => it.stack === state.stack && it.startedAt >= state.createdAt),
    deploys: state.deployment?.records ?? [],
    cost: costOf(state, sources.instanceType),
    topology,
  };
}

const emptyWork = (step: StepName): StepWork => ({
  step,
  commands: [],
  awsCalls: 0,
  remoteMs: 0,
  awsMs: 0,
  waits: [],
  spans: [],
});

/** From the first instance to the last change that was recorded. */
function costOf(state: State, instanceType: string): ReportCost {
  const last = stepNames.findLast((name) => state.steps.some((step) => step.name === name && step.status === "done"));
  const launched = state.resources
    .filter(({ type }) => type === "ec2:instance")
    .map(({ createdAt }) => Date.parse(createdAt));
  const hours = launched.length > 0 ? (Date.parse(state.updatedAt) - Math.min(...launched)) / 3_600_000 : 0;
  const { perHourDollars } = stackCost(
    { instanceType, region: state.region, ...databaseIn(state.steps) },
    last ?? "ec2",
  );
  return { instanceType, perHourDollars, hours, soFarDollars: hours * perHourDollars };
}
