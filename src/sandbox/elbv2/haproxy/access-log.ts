/** What tells a request's line from HAProxy's own words. */
export const logMark = "alb ";

/** What is known of a request when it comes; later it may have been answered without a target. */
export const keepForLog: readonly string[] = [
  "  http-request set-var(txn.log_uri) url",
  "  http-request set-var(txn.log_host) req.hdr(host)",
  "  http-request set-var(txn.log_agent) req.hdr(user-agent)",
];

export const keepTraceForLog = "  http-request set-var(txn.log_trace) req.hdr(x-amzn-trace-id)";

const text = (name: string, variable: string): string => `\\"${name}\\":\\"%[var(txn.${variable}),json(utf8s)]\\"`;
const word = (name: string, field: string): string => `\\"${name}\\":\\"${field}\\"`;

/** One JSON object a request, out of which `access-logs/alb-line.ts` makes a line as ELB writes it. */
export const logFormatLine = `  log-format "${logMark}{${[
  word("endedMs", "%[date(0,ms)]"),
  word("client", "%ci:%cp"),
  word("port", "%fp"),
  word("server", "%si:%sp"),
  word("queueMs", "%Tw"),
  word("connectMs", "%Tc"),
  word("targetMs", "%Tr"),
  word("requestMs", "%TR"),
  word("totalMs", "%Ta"),
  word("status", "%ST"),
  word("received", "%U"),
  word("sent", "%B"),
  word("method", "%HM"),
  word("version", "%HV"),
  word("cipher", "%sslc"),
  word("protocol", "%sslv"),
  word("answered", "%[var(txn.answered)]"),
  word("rule", "%[var(txn.rule)]"),
  word("group", "%[var(txn.group)]"),
  text("uri", "log_uri"),
  text("host", "log_host"),
  text("agent", "log_agent"),
  text("trace", "log_trace"),
].join(",")}}"`;
