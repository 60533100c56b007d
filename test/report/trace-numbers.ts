import { costOf } from "../../src/records/cost.ts";
import { formatDuration } from "../../src/reporter/duration.ts";
import type { ReportSources } from "../../src/report/data.ts";
import type { Language } from "../../src/text.ts";

interface Entry {
  readonly time: string;
  readonly kind: string;
  readonly step: string;
  readonly durationMs: number;
}

/** Numbers of the report's own language: names of services and protocols, numbered headings, fixed ports. */
const vocabulary = [
  ["5", "the lecture's number, also in lecture05"],
  ["05", "lecture05"],
  ["0", "where a picture's axes begin"],
  ["1", "headings are numbered"],
  ["2", "headings; EC2, IMDSv2"],
  ["3", "headings; S3, t3"],
  ["4", "headings; IPv4"],
  ["6", "headings"],
  ["7", "headings; there are seven steps"],
  ["443", "HTTPS, where a picture goes to S3"],
  ["127.0.0.1", "where a check asks Nginx on the host"],
  ["127.0.0.1:3000", "where a check asks Puma on the host"],
] as const;
export const constants: ReadonlySet<string> = new Set(vocabulary.map(([number]) => number));

/** Every number in a text, "09:30:00" and "10.5.1.10" being one each. */
export const numbersIn = (text: string): string[] => text.match(/\d+(?:[.:]\d+)*/g) ?? [];

/** What is visible of a page: without markup, styles, scripts. */
export function visible(html: string): string {
  return html
    .replaceAll(/<(style|script)>[\s\S]*?<\/\1>/g, " ")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&#?\w+;/g, " ");
}

/** What the records, and what can be worked out of them, make a number of the report. */
export const knownNumbers = (sources: ReportSources, language: Language): ReadonlySet<string> =>
  new Set([...numbersIn(recordsOf(sources)), ...numbersIn(workedOut(sources, language))]);

/** Numbers of a text that come neither from the records nor from what can be worked out of them here, once more. */
export function invented(text: string, sources: ReportSources, language: Language): string[] {
  const known = knownNumbers(sources, language);
  return [...new Set(numbersIn(text))].filter((number) => !known.has(number) && !constants.has(number));
}

/** All texts and numbers that the records hold. */
function recordsOf({ state, workLog, topology, instanceType, drills = [] }: ReportSources): string {
  const { proved, ...rest } = topology ?? { proved: new Map<string, Date>() };
  const inRecords = (value: unknown): string[] => {
    if (typeof value === "string") return [value];
    if (typeof value === "number") return [String(value)];
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(inRecords) : [];
  };
  const texts = [state, ...entriesOf(workLog), rest, instanceType, drills].flatMap(inRecords);
  const times = [...proved.values(), topology?.observedAt].flatMap((at) => (at ? [at.toISOString()] : []));
  // Times are shown to the second or to the minute.
  const cut = [...texts, ...times].filter((text) => /^\d{4}-\d\d-\d\dT/.test(text));
  return [...texts, ...cut.flatMap((time) => [time.slice(0, 19), time.slice(0, 16)])].join(" ");
}

const entriesOf = (workLog: string): Entry[] => workLog.split("\n").map((line) => JSON.parse(line) as Entry);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Counts, sums and durations, from the raw records and without the report's own code for them. */
function workedOut({ state, workLog, topology, instanceType, drills = [] }: ReportSources, language: Language): string {
  const entries = entriesOf(workLog);
  const duration = (ms: number): string => formatDuration(ms, language);
  const checks = state.steps.flatMap((step) => step.checks);
  const modules = state.modules.flatMap(({ installed }) => installed);
  const requested = modules.filter((module) => module.requested).length;
  const hours = (Date.parse(state.updatedAt) - Date.parse(state.resources[0]?.createdAt ?? "")) / 3_600_000;
  const last = state.steps.findLast(({ status }) => status === "done")?.name ?? "ec2";
  const perHour = costOf({ instanceType, region: state.region }, last).perHourDollars;
  const counts = [
    state.steps.length,
    state.steps.filter(({ status }) => status === "done").length,
    checks.length,
    checks.filter(({ ok }) => ok).length,
    requested,
    modules.length - requested,
    modules.length,
    entries.filter(({ kind }) => kind === "aws").length,
    entries.filter(({ kind }) => kind === "remote").length,
    topology?.targetGroup?.targets.length ?? 0,
    topology?.targetGroup?.targets.filter((target) => target.state === "healthy").length ?? 0,
  ];
  const perStep = state.steps.flatMap((step) => {
    const own = entries.filter((entry) => entry.step === step.name);
    const calls = own.filter(({ kind }) => kind === "aws");
    const remote = own.filter(({ kind }) => kind === "remote");
    const { covered, pauses, repeats } = timesOf(calls, remote);
    const onHosts = millisecondsOf(remote).size;
    const lastRun = (step.durationMs ?? 0) - covered - pauses;
    return [
      ...[calls.length, modules.filter((module) => module.step === step.name).length, repeats].map(String),
      ...[step.durationMs ?? 0, onHosts, pauses, lastRun].map(duration),
      duration(covered - onHosts),
    ];
  });
  const perDrill = drills.flatMap(({ figures, columns, columnMs, rate }) => {
    const inColumn = columns.map(({ answered, failed }) => sum(answered) + failed);
    const { longestGapMs, outOfRotationMs, replacedMs, healthyAgainMs } = figures;
    const times = [longestGapMs, outOfRotationMs, replacedMs, healthyAgainMs].flatMap((ms) => ms ?? []);
    return [
      ...times.map(duration),
      ((100 * figures.failed) / figures.requests).toFixed(2),
      // The picture's axes: requests a second, and its seconds.
      String(Math.round(Math.max(rate, (Math.max(...inColumn) * 1000) / columnMs))),
      String(Math.round((columns.length * columnMs) / 1000)),
      ...Object.keys(figures.failures),
    ];
  });
  // The critical path: of each step, then of all together.
  const ways = state.steps.map((step) => {
    const own = entries.filter((entry) => entry.step === step.name);
    const of = (kind: string): Entry[] => own.filter((entry) => entry.kind === kind);
    const { covered, pauses } = timesOf(of("aws"), of("remote"));
    const [hosts, calls] = [of("remote"), of("aws")].map(millisecondsOf);
    const spent = sum([...of("remote"), ...of("aws")].map(({ durationMs }) => durationMs));
    const took = step.durationMs ?? 0;
    const overlap = spent - (hosts?.size ?? 0) - (calls?.size ?? 0);
    return { took, hosts: hosts?.size ?? 0, aws: covered - (hosts?.size ?? 0), pauses, overlap, covered };
  });
  const total = (of: (way: (typeof ways)[number]) => number): number => sum(ways.map(of));
  const bound = total(({ covered, pauses }) => covered + pauses);
  const sums = [
    total(({ took }) => took),
    total(({ hosts }) => hosts),
    total(({ aws }) => aws),
    total(({ pauses }) => pauses),
    total(({ overlap }) => overlap),
  ];
  const rest = total(({ took }) => took) - bound;
  const path = [...ways.map(({ overlap }) => overlap), ...sums, bound, rest].map(duration);
  const files = state.steps.map(({ name, finishedAt }) => `${name}-${finishedAt?.replaceAll(/[-:]|\.\d+Z$/g, "")}`);
  return [
    ...counts.map(String),
    ...perStep,
    ...perDrill,
    ...path,
    (total(({ took }) => took) / bound).toFixed(2),
    ...files,
    duration(sum(state.steps.map(({ durationMs }) => durationMs ?? 0))),
    ...[perHour, hours * perHour].map((amount) => amount.toFixed(4)),
    hours.toFixed(2),
  ].join(" ");
}

/** Each millisecond in which one of the entries was under way. */
function millisecondsOf(entries: readonly Entry[]): Set<number> {
  const busy = new Set<number>();
  for (const { time, durationMs } of entries) {
    for (let at = Date.parse(time) - durationMs; at < Date.parse(time); at += 1) busy.add(at);
  }
  return busy;
}

/** Milliseconds one by one: in which a call or a command was under way, and in which a call was asked again later. */
function timesOf(calls: readonly Entry[], remote: readonly Entry[]) {
  const spans = [...calls, ...remote].map(({ time, durationMs }) => [Date.parse(time) - durationMs, Date.parse(time)]);
  const busy = new Set<number>();
  for (const [from = 0, to = 0] of spans) for (let at = from; at < to; at += 1) busy.add(at);
  const inRemote = new Set<number>();
  for (const { time, durationMs } of remote) {
    for (let at = Date.parse(time) - durationMs; at < Date.parse(time); at += 1) inRemote.add(at);
  }
  let [pauses, repeats] = [0, 0];
  for (const [index, call] of calls.slice(1).entries()) {
    const end = Date.parse(calls[index]?.time ?? "");
    const begin = Date.parse(call.time) - call.durationMs;
    if (
      [...(inRemote.has(end) ? [1] : []), ...(inRemote.has(begin - 1) ? [1] : []), ...(inRemote.has(begin) ? [1] : [])]
        .length > 0
    )
      continue;
    pauses += begin - end;
    repeats += 1;
  }
  return { covered: busy.size, pauses, repeats };
}
