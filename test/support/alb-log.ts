import type { RequestRecord } from "../../src/sandbox/access-logs/alb-line.ts";
import { logMark } from "../../src/sandbox/elbv2/haproxy/access-log.ts";

const served: RequestRecord = {
  endedMs: "0",
  client: "192.0.2.1:40000",
  port: "80",
  server: "10.5.1.10:80",
  queueMs: "0",
  connectMs: "1",
  targetMs: "20",
  requestMs: "0",
  totalMs: "22",
  status: "200",
  received: "1",
  sent: "2",
  method: "GET",
  version: "HTTP/1.1",
  cipher: "-",
  protocol: "-",
  answered: "1",
  rule: "0",
  group: "-",
  uri: "/",
  host: "page:80",
  agent: "test",
  trace: "Root=1",
};

/** A line as HAProxy writes it for the sandbox, of a request that a target answered. */
export const loggedByHaproxy = (changes: Partial<RequestRecord>): string =>
  `${logMark}${JSON.stringify({ ...served, ...changes })}`;
