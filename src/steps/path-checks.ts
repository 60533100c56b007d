import { socketPath } from "../remote/paths.ts";
import type { Trace } from "../remote/probes/log-lines.ts";
import type { ProbeResults } from "../remote/probes.ts";
import { check } from "./check.ts";
import type { Check } from "./step.ts";

const noLine = "no line in its log";

/** The ids of a unit's processes as `processes UNIT` printed them, the main one first. */
const processesIn = (printed: string | undefined): string[] => (printed ?? "").split(" ").filter(Boolean);

/** The process to expect in a log: the one that is there when it belongs to the unit, else the unit's main process. */
function processOf(printed: string | undefined, seen: string | undefined): string {
  const processes = processesIn(printed);
  return seen && processes.includes(seen) ? seen : (processes[0] ?? "none");
}

/**
 * Puma's own log has the request. The process that wrote the line has to belong to puma.service, and the connection has
 * to have come in through the listener that is expected.
 */
export function answeredByPuma({ puma }: Trace, results: ProbeResults, via: string): Check {
  return check(
    "answered-by-puma",
    { en: "Puma's log has the request", ja: "Puma のログに同じリクエストがある" },
    `pid ${processOf(results.puma_processes, puma?.pid)}, ${via}`,
    puma ? `pid ${puma.pid}, ${puma.via ?? "unknown listener"}` : noLine,
  );
}

/** Puma's main process, and nothing else, listens there. */
export function pumaListens({ listener, puma_processes }: ProbeResults): Check {
  return check(
    "puma-listens",
    { en: "That process alone listens there", ja: "待ち受けているのはそのプロセスだけ" },
    `pid ${processOf(puma_processes, undefined)}`,
    listener ? `pid ${listener}` : "nothing listens",
  );
}

export function nginxNotInPath({ nginx }: Trace): Check {
  return check(
    "nginx-not-in-path",
    { en: "Nginx's log has no such request", ja: "Nginx のログにはない(経路に含まれない)" },
    noLine,
    nginx ? `status ${nginx.status}, asked from ${nginx.remote}` : noLine,
  );
}

export function answeredByNginx({ nginx }: Trace): Check {
  return check(
    "answered-by-nginx",
    { en: "Nginx's log has the request", ja: "Nginx のログに同じリクエストがある" },
    "status 200",
    nginx ? `status ${nginx.status}` : noLine,
  );
}

export function pumaNotInPath({ puma }: Trace): Check {
  return check(
    "puma-not-in-path",
    { en: "Puma's log has no such request", ja: "Puma のログにはない(経路に含まれない)" },
    noLine,
    puma ? `status ${puma.status}, pid ${puma.pid}` : noLine,
  );
}

/** Nginx's log has the request and says that it was passed on to this upstream, which answered. */
export function passedOnByNginx({ nginx }: Trace, upstream: string): Check {
  return check(
    "passed-on-by-nginx",
    { en: "Nginx passed it on", ja: "Nginx が転送した" },
    `200 from ${upstream}`,
    nginx ? `${nginx.upstreamStatus ?? nginx.status} from ${nginx.upstream ?? "Nginx itself"}` : noLine,
  );
}

/** Nginx's log names Puma's socket as the one that it asked. */
export function passedToSocket({ nginx }: Trace): Check {
  return check(
    "through-the-socket",
    { en: "Nginx passed it to Puma's socket", ja: "Nginx が Puma のソケットへ転送した" },
    `unix:${socketPath}`,
    nginx ? (nginx.upstream ?? "Nginx itself") : "no line in the access log",
  );
}

/** The process at the other end of Puma's socket is the worker of Nginx that logged the request. */
export function askedByNginx({ nginx, puma }: Trace, results: ProbeResults): Check {
  return check(
    "asked-by-nginx",
    { en: "Puma was asked by Nginx's worker", ja: "Puma に接続したのは Nginx のワーカー" },
    `pid ${processOf(results.nginx_processes, nginx?.pid)}`,
    puma ? `pid ${puma.peer ?? "unknown"}` : noLine,
  );
}

/** A file of public/ needs Nginx alone. */
export function staticByNginx({ nginx, puma }: Trace): Check {
  const servers = [nginx ? "Nginx" : "", puma ? "Puma" : ""].filter(Boolean).join(" and ");
  return check(
    "static-by-nginx",
    { en: "The stylesheet is in the log of", ja: "スタイルシートのログがあるのは" },
    "Nginx",
    servers || "none",
  );
}
