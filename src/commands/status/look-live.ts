import type { Connection } from "../../aws/connect.ts";
import { observeTopology } from "../../diagram/observe.ts";
import type { Topology } from "../../diagram/topology.ts";
import { createClock } from "../../engine/interrupt.ts";
import { learnSecrets } from "../../records/redact.ts";
import { SilentWorkLog } from "../../records/work-log.ts";
import { countRequests, parseRequests } from "../../remote/probes/count-requests.ts";
import type { State } from "../../state/schema.ts";
import type { WebHealth } from "../../web/facts.ts";
import { createRequestRates } from "../../web/request-rates.ts";
import type { Invocation } from "../command.ts";
import { pollMs } from "../stack-session.ts";
import { compare } from "./live.ts";

export interface LiveLook {
  health(state: State): Promise<WebHealth>;
  topology(state: State): Promise<Topology>;
  close(): void;
}

/**
 * A way to AWS or to the sandbox for a page that is looked at for hours: it starts nothing, takes no lock, and keeps no
 * work log of its looking. Undefined when the sandbox does not run.
 */
export async function openLiveLook(invocation: Invocation, state: State): Promise<LiveLook | undefined> {
  const { preferences, io } = invocation;
  const services = await invocation.services();
  const { target, region, stack } = state;
  const endpoint = target === "sandbox" ? await (await services.sandbox(io.env)).find() : undefined;
  if (target === "sandbox" && !endpoint) return undefined;
  learnSecrets(endpoint?.credentials.secretAccessKey);
  const signal = invocation.signal();
  const clock = createClock(signal);
  const connection: Connection = await services.connect({
    region,
    pollMs: pollMs[target],
    clock,
    workLog: new SilentWorkLog(preferences.directory, () => clock.now()),
    ...(preferences.profile ? { profile: preferences.profile } : {}),
    ...(endpoint ? { endpoint: endpoint.url, credentials: endpoint.credentials } : {}),
  });
  const { ports } = connection;
  const rates = createRequestRates();

  const requestsOf = async (instanceId: string): Promise<WebHealth["requests"]> => {
    const { exitCode, stdout } = await ports.shell.run(instanceId, countRequests(), { signal });
    const count = exitCode === 0 ? parseRequests(stdout) : undefined;
    return count ? [rates(instanceId, count, clock.now())] : [];
  };

  return {
    async health(now) {
      const [{ differences, targets }, online] = await Promise.all([
        // Without the page itself: a visit every ten seconds would show among the visitors that are counted.
        compare(ports, { ...now, url: undefined }),
        ports.shell.online(now.hosts.map(({ instanceId }) => instanceId)),
      ]);
      const hasNginx = now.steps.some(({ name, status }) => name === "nginx" && status === "done");
      const requests = hasNginx ? await Promise.all(online.map(requestsOf)) : [];
      return { at: clock.now(), differences, targets, requests: requests.flat() };
    },
    topology: (now) =>
      observeTopology({
        stack,
        target,
        region,
        account: connection.account,
        ports,
        now: clock.now(),
        signal,
        state: now,
      }),
    close: () => connection.close(),
  };
}
