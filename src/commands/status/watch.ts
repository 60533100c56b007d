import type { Topology } from "../../diagram/topology.ts";
import { createClock } from "../../engine/interrupt.ts";
import type { LocalizedText } from "../../text.ts";
import type { WebFacts, WebHealth } from "../../web/facts.ts";
import { buildHealth, buildOutput } from "../../web/panels.ts";
import { createReportPart, type ReportPart } from "../../web/report-part.ts";
import type { WebFile, WebServer } from "../../web/serve.ts";
import { buildReleases } from "../../web/releases.ts";
import { activeRun, buildView } from "../../web/view.ts";
import type { Invocation } from "../command.ts";
import { createLiveAsk } from "./ask-live.ts";
import { createFactsReader } from "./read-facts.ts";

/** A look at the files is some calls of stat, which works on every file system. */
const lookMs = 500;
/** The report is no stopwatch: while much is written, it follows in this rhythm. */
const reportMs = 3000;

export interface Watch {
  readonly stack: string;
  readonly url: string | undefined;
  file(path: string): WebFile | undefined;
  /** Sends what changes until the signal fires. */
  follow(server: WebServer, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Follows a stack's files, and what AWS says of it. `clean` takes out what should not be read over somebody's shoulder. */
export async function createWatch(invocation: Invocation, clean: <T>(value: T) => T): Promise<Watch> {
  const { language } = invocation;
  const reader = await createFactsReader(invocation);
  const live = createLiveAsk(invocation);
  const makePart = createReportPart(language, (text) => clean(text));
  let facts: WebFacts = reader.read();
  let part: ReportPart | undefined;
  let reported = "";
  let reportedAt = Number.NEGATIVE_INFINITY;

  const refreshReport = async (): Promise<void> => {
    const topology: Topology | undefined = live.topology ?? reader.topology();
    const { standing } = live;
    const version = `${reader.version} ${topology?.observedAt.toISOString() ?? ""} ${facts.stands} ${standing.kind}`;
    if (version === reported || performance.now() - reportedAt < reportMs) return;
    [reported, reportedAt] = [version, performance.now()];
    const data = reader.report(topology, standing);
    part = data && (await makePart(data));
  };

  const send = (server: WebServer, problem: LocalizedText | undefined, health: WebHealth | undefined): void => {
    const zones = new Map(
      reader.state?.hosts.map(({ instanceId, availabilityZone }) => [instanceId, availabilityZone]),
    );
    server.send("view", clean(buildView(facts, new Date(), language)));
    server.send("output", clean(buildOutput(facts.run, activeRun(facts) !== undefined, language)));
    server.send("releases", clean(buildReleases(facts.releases, language)));
    server.send("health", clean(buildHealth(health, problem, zones, language)));
    if (part) server.send("report", { version: part.version });
  };

  return {
    stack: facts.stack,
    get url() {
      return facts.url;
    },
    file(path) {
      if (path === "/report") return part && { type: "text/html; charset=utf-8", body: part.html };
      return part?.pictures.get(path);
    },
    async follow(server, signal) {
      const clock = createClock(signal);
      for (let first = true; !signal.aborted; first = false) {
        // Nobody looks: nothing is read, and AWS is not asked.
        if (first || server.watchers > 0) {
          facts = reader.read();
          if (server.watchers > 0) live.tend(reader.state);
          await refreshReport();
          send(server, live.problem, live.health);
        }
        // The sleep is what Ctrl-C ends.
        await clock.sleep(lookMs).catch(() => {});
      }
    },
    close: () => live.close(),
  };
}
