/** Lines as the servers on a host log them; what reads them is src/remote/probes/log-lines.ts. */

export const socket = "unix:/run/lecture05/puma.sock";
export const pumaPid = "412";
/** A worker's. */
export const nginxPid = "690";

export interface SeenRequest {
  readonly status: number;
  /** The id that came with the request in X-Amzn-Trace-Id. */
  readonly traceRoot?: string;
}

export function nginxLine(line: {
  readonly remote: string;
  readonly status: number;
  /** Absent in Debian's own format, which has none of the rest either. */
  readonly id?: string;
  readonly upstream?: string;
  readonly visitor?: string;
  readonly traceRoot?: string;
}): string {
  const { remote, status, id, upstream, visitor = "-", traceRoot } = line;
  const combined = `${remote} - - [24/Nov/2026:03:00:00 +0000] "GET / HTTP/1.1" ${status} 512 "-" "lecture05"`;
  if (id === undefined) return combined;
  // The load balancer puts an id of its own before the visitor's.
  const trace = traceRoot ? `Self=1-00000000-${"0".repeat(24)};Root=${traceRoot}` : "-";
  const upstreamStatus = upstream === "-" ? "-" : status;
  const marks = `forwarded_for="${visitor}" seconds=0.003 upstream_status=${upstreamStatus} pid=${nginxPid}`;
  return `${combined} request_id=${id} upstream=${upstream} ${marks} trace_id="${trace}"`;
}

export function pumaLine(line: {
  readonly id: string;
  readonly status: number;
  readonly via: string;
  readonly peer: string;
}): string {
  const { id, status, via, peer } = line;
  return `Nov 24 03:00:00 host-1 puma[${pumaPid}]: [${id}] GET / ${status} 3ms 127.0.0.1 via=${via} peer=${peer}`;
}
