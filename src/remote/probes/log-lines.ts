/** What Nginx logged about one request. Debian's own format has only the first two. */
export interface NginxLine {
  /** Who asked Nginx. */
  readonly remote: string;
  readonly status: string;
  /** Where Nginx passed it on to ("unix:/run/lecture05/puma.sock"); undefined when it answered by itself. */
  readonly upstream?: string;
  readonly upstreamStatus?: string;
  /** The worker's process id. */
  readonly pid?: string;
  readonly forwardedFor?: string;
  readonly traceId?: string;
}

/** What the application logged about one request. */
export interface PumaLine {
  /** The process that wrote the line, as journald saw it. */
  readonly pid: string;
  readonly status: string;
  /** The visitor's address, as far as the headers tell. */
  readonly client: string;
  /** The listener that took the connection: "unix:/run/lecture05/puma.sock", "tcp:127.0.0.1:3000". */
  readonly via?: string;
  /** The other end: a process id on a socket, an address on TCP. */
  readonly peer?: string;
}

/** One request in the logs of both servers; a server that has no line was not in its path. */
export interface Trace {
  readonly nginx?: NginxLine;
  readonly puma?: PumaLine;
}

const combined = /^(\S+) - .* \[[^\]]+\] ".*" (\d{3}) \d+ ".*" ".*"/;
const ours =
  /" request_id=\S+ upstream=(.*) forwarded_for="([^"]*)" seconds=\S+(?: upstream_status=(.*) pid=(\d+) trace_id="([^"]*)")?$/;

export function parseNginxLine(line: string): NginxLine | undefined {
  const [, remote, status] = combined.exec(line) ?? [];
  if (!remote || !status) return undefined;
  const [, upstream, forwardedFor, upstreamStatus, pid, traceId] = ours.exec(line) ?? [];
  return {
    remote,
    status,
    // Nginx writes "-" for what there is not.
    ...known({ upstream, forwardedFor, upstreamStatus, pid, traceId }),
  };
}

const request = /\[(\d+)\]: \[[^\]]+\] [A-Z]+ .* (\d{3}) \d+ms (\S+)(?: via=(\S+) peer=(\S+))?$/;

export function parsePumaLine(line: string): PumaLine | undefined {
  const [, pid, status, client, via, peer] = request.exec(line) ?? [];
  if (!pid || !status || !client) return undefined;
  return { pid, status, client, ...known({ via, peer }) };
}

/** The lines that `trace NAME …` printed. */
export function traceNamed(results: Readonly<Record<string, string>>, name: string): Trace {
  const nginx = parseNginxLine(results[`${name}_nginx`] ?? "");
  const puma = parsePumaLine(results[`${name}_puma`] ?? "");
  return { ...(nginx ? { nginx } : {}), ...(puma ? { puma } : {}) };
}

function known(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(entries.filter(([, value]) => value !== "-"));
}
