import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { loadDrills } from "../drill/record.ts";
import { loadTopology } from "../diagram/topology-file.ts";
import type { Topology } from "../diagram/topology.ts";
import { type ErrorCode } from "../errors.ts";
import type { Browser } from "../records/browser.ts";
import { loadLastStack } from "../records/last-stack.ts";
import { loadPage } from "../records/seen-pages.ts";
import { workLogFileName } from "../records/work-log.ts";
import { buildReport, type Standing } from "../report/data.ts";
import { readIfThere, writeReport, type ReportFiles } from "../report/write-files.ts";
import { readState } from "../state/read.ts";
import type { State } from "../state/schema.ts";
import type { StepName } from "../steps/names.ts";
import { titleOf } from "../steps/step.ts";
import type { Command, Invocation } from "./command.ts";
import { identify } from "./identity.ts";
import { publicationFilter } from "./publication.ts";
import { requireState } from "./require-state.ts";
import { reach, settingsOf } from "./stack-session.ts";
import { keepTopologyNow } from "./topology-now.ts";

const defaultDirectory = "lecture05-report";

/** The hand-in: everything that was recorded, as one HTML page and as Markdown with pictures. */
export const report: Command = async (invocation) => {
  const { io } = invocation;
  const out = resolve(io.cwd, typeof invocation.options.out === "string" ? invocation.options.out : defaultDirectory);
  const { state, isGone } = recordsOf(invocation);
  const redact = await publicationFilter(invocation, state);
  const files = await withBrowser(state, out, io.env, (browser) =>
    makeFiles(invocation, { state, isGone, out, redact, browser }),
  );
  const { written, unchanged } = writeReport(out, files);
  (await invocation.reporter()).pause();
  if (invocation.json) {
    invocation.print(JSON.stringify({ type: "report.written", directory: out, written, unchanged }));
    return 0;
  }
  invocation.print(
    invocation.text({
      en: `Report: ${resolve(out, "index.html")} (${written.length} files written, ${unchanged.length} unchanged)`,
      ja: `レポート: ${resolve(out, "index.html")} (${written.length} 件出力、${unchanged.length} 件変更なし)`,
    }),
  );
  return 0;
};

/** The browser starts while the stack is looked at: both take about a second, and neither needs the other. */
async function withBrowser<T>(
  state: State,
  out: string,
  env: NodeJS.ProcessEnv,
  work: (browser: Promise<Browser | undefined> | undefined) => Promise<T>,
): Promise<T> {
  const { needsBrowser, startBrowser } = await import("../report/evidence.ts");
  const browser = needsBrowser(state.steps, (file) => existsSync(resolve(out, file))) ? startBrowser(env) : undefined;
  try {
    return await work(browser);
  } finally {
    await (await browser)?.close();
  }
}

interface Material {
  readonly state: State;
  readonly isGone: boolean;
  readonly out: string;
  readonly redact: (text: string) => string;
  readonly browser: Promise<Browser | undefined> | undefined;
}

async function makeFiles(
  invocation: Invocation,
  { state, isGone, out, redact, browser }: Material,
): Promise<ReportFiles> {
  const { preferences, language } = invocation;
  const { topology, standing } = isGone ? fromRecords(invocation, state) : await look(invocation, state);
  const data = buildReport({
    state,
    standing,
    workLog: readIfThere(resolve(preferences.directory, workLogFileName))?.toString("utf8") ?? "",
    titles: new Map((await (await invocation.services()).steps()).map((step) => [step.name, titleOf(step, state)])),
    topology,
    drills: loadDrills(preferences.directory),
    instanceType: topology?.instances[0]?.type ?? settingsOf(preferences).instanceType,
  });
  const { makeReport } = await import("../report/make-report.ts");
  (await invocation.reporter()).progress({ en: "making the report", ja: "レポートを作成しています" });
  const page = (step: StepName) => loadPage(preferences.directory, step);
  return makeReport(data, { language, browser, redact, now: new Date(), directory: out, page });
}

/** The state, or what `destroy` kept of it: also where the state stays behind for a bucket that was kept. */
function recordsOf({ preferences }: Invocation): { state: State; isGone: boolean } {
  const state = readState(preferences.directory);
  const last = loadLastStack(preferences.directory);
  const isEmpty = state === undefined || state.steps.every(({ status }) => status === "pending");
  if (last && isEmpty) return { state: last, isGone: true };
  return { state: state ?? requireState(preferences), isGone: false };
}

interface Look {
  readonly topology: Topology | undefined;
  readonly standing: Standing;
}

const fromRecords = ({ preferences }: Invocation, { stack, account }: State): Look => {
  const topology = loadTopology(preferences.directory);
  const isOurs = topology?.stack === stack && topology.account === account;
  return { topology: isOurs ? topology : undefined, standing: { kind: "gone" } };
};

/** Why a stack that stands cannot be looked at; what is wrong with the command line or the records stays an error. */
const outOfReach: ReadonlySet<ErrorCode> = new Set([
  "PREREQUISITE_MISSING",
  "CREDENTIALS_MISSING",
  "CREDENTIALS_EXPIRED",
  "ACCESS_DENIED",
  "AWS_REQUEST_FAILED",
  "AWS_UNREACHABLE",
  "AWS_THROTTLED",
  "WAIT_TIMED_OUT",
  "SANDBOX_UNAVAILABLE",
  "SANDBOX_IMAGE_FAILED",
  "DOCKER_UNAVAILABLE",
]);

/** How the stack looks now; when it cannot be reached, how it looked last, and that is said. */
async function look(invocation: Invocation, state: State): Promise<Look> {
  const { directory } = invocation.preferences;
  try {
    const topology = await reach(
      invocation,
      (reached) => keepTopologyNow(directory, reached, state, invocation.signal()),
      { needsStack: true },
    );
    return { topology, standing: { kind: "seen" } };
  } catch (error) {
    const known = fromRecords(invocation, state);
    const failure = (await (await invocation.services()).translator())(error);
    // Its sandbox was reset, and the stack went with it.
    if (failure?.code === "STATE_TARGET_MISMATCH" && identify(invocation.preferences).lostSandbox) return known;
    if (!failure || !outOfReach.has(failure.code)) throw error;
    const { code, detail } = failure;
    return { ...known, standing: { kind: "out-of-reach", code, what: detail.what } };
  }
}
