import { expect, test } from "vitest";
import type { GroupModel } from "../../../src/sandbox/elbv2/haproxy/backend.ts";
import { haproxyConfiguration, type LoadBalancerModel } from "../../../src/sandbox/elbv2/haproxy/configuration.ts";
import { keepForLog, keepTraceForLog, logFormatLine } from "../../../src/sandbox/elbv2/haproxy/access-log.ts";
import { errorPage } from "../../../src/sandbox/elbv2/haproxy/error-pages.ts";
import { leavingServers } from "../../../src/sandbox/elbv2/haproxy/leaving-servers.ts";
import type { RuleModel } from "../../../src/sandbox/elbv2/haproxy/frontend.ts";

const web: GroupModel = {
  name: "web-0a",
  leastRequests: false,
  healthCheck: {
    path: "/up",
    matcher: "200-299,302",
    port: "traffic-port",
    intervalSeconds: 5,
    timeoutSeconds: 4,
    healthyThreshold: 3,
    unhealthyThreshold: 2,
  },
  targets: [
    { ip: "10.5.1.50", port: 80, admitted: true },
    { ip: "10.5.2.50", port: 8080, admitted: false },
  ],
};

function configure(overrides: Partial<LoadBalancerModel> = {}): string {
  return haproxyConfiguration({
    idleTimeoutSeconds: 60,
    forwardedFor: "append",
    backendOf: (arn) => arn,
    listeners: [{ port: 80, rules: [forward("web-0a")] }],
    groups: [web],
    ...overrides,
  });
}

function forward(TargetGroupArn: string, conditions: RuleModel["conditions"] = []): RuleModel {
  return { conditions, action: { Type: "forward", TargetGroupArn } };
}

/** One section without its first line. */
function wholeSection(text: string, name: string): string[] {
  const found = text.split("\n\n").find((part) => part.startsWith(`${name}\n`));
  return (found ?? "").split("\n").slice(1).filter(Boolean);
}

const forLog = [logFormatLine, ...keepForLog, keepTraceForLog];

/** Without what each frontend has for its log. */
const section = (text: string, name: string): string[] =>
  wholeSection(text, name).filter((line) => !forLog.includes(line));

test("what is logged is kept before a rule answers, the trace once it is made", () => {
  const lines = wholeSection(configure(), "frontend listener-80");
  expect(lines.slice(1, 5)).toEqual([logFormatLine, ...keepForLog]);
  expect(lines.indexOf(keepTraceForLog)).toBe(
    lines.findLastIndex((line) => line.includes("set-header X-Amzn-Trace-Id")) + 1,
  );
});

test("a listener with one target group", () => {
  expect(section(configure(), "frontend listener-80")).toEqual([
    "  bind :80",
    "  http-request set-var(txn.rule) int(0)",
    "  http-request set-var(txn.group) str(web-0a) if { var(txn.rule) -m int 0 }",
    '  http-request set-header X-Forwarded-For "%[req.fhdr(x-forwarded-for)], %[src]" if { req.hdr(x-forwarded-for) -m found }',
    "  http-request set-header X-Forwarded-For %[src] if !{ req.hdr(x-forwarded-for) -m found }",
    "  http-request set-header X-Forwarded-Proto http",
    "  http-request set-header X-Forwarded-Port 80",
    "  http-request set-var(txn.traced) bool(true) if { req.hdr(x-amzn-trace-id) -m sub Root= }",
    '  http-request set-header X-Amzn-Trace-Id "Self=1-%[date,hex,bytes(8,8),lower]-%[uuid,regsub(-,,g),bytes(0,24)];%[req.fhdr(x-amzn-trace-id)]" if { var(txn.traced) -m bool }',
    '  http-request set-header X-Amzn-Trace-Id "Root=1-%[date,hex,bytes(8,8),lower]-%[uuid,regsub(-,,g),bytes(0,24)]" unless { var(txn.traced) -m bool }',
    "  use_backend web-0a.open if { var(txn.group) -m str web-0a } { nbsrv(web-0a) eq 0 }",
    "  use_backend web-0a if { var(txn.group) -m str web-0a }",
  ]);
});

test("health checks send the target's address as Host, and what never passed one has no weight", () => {
  const lines = section(configure(), "backend web-0a");
  expect(lines[0]).toBe("  balance roundrobin");
  expect(lines.slice(-7)).toEqual([
    "  option httpchk",
    '  http-check send meth GET uri "/up" ver HTTP/1.1 hdr Host %[srv_name] hdr User-Agent ELB-HealthChecker/2.0 hdr Accept-Encoding "gzip, compressed"',
    "  http-check expect status 200-299,302",
    "  timeout check 4s",
    "  default-server inter 5s rise 3 fall 2",
    "  server 10.5.1.50 10.5.1.50:80 cookie 7b8872885d3eac27 check weight 100",
    "  server 10.5.2.50:8080 10.5.2.50:8080 cookie 7981ded01c93c316 check weight 0",
  ]);
});

test("a check on another port asks that port and says so", () => {
  const groups = [{ ...web, healthCheck: { ...web.healthCheck, port: "9000" } }];
  const lines = section(configure({ groups }), "backend web-0a");
  expect(lines.find((line) => line.includes("http-check send"))).toContain("hdr Host %[srv_name,field(1,:)]:9000 ");
  expect(lines.at(-1)).toMatch(/ check port 9000 weight 0$/);
});

test("fails open to every target, unchecked", () => {
  const lines = section(configure(), "backend web-0a.open").filter((line) => line.startsWith("  server"));
  expect(lines).toEqual([
    "  server 10.5.1.50 10.5.1.50:80 cookie 7b8872885d3eac27",
    "  server 10.5.2.50:8080 10.5.2.50:8080 cookie 7981ded01c93c316",
  ]);
});

test("a group without targets is a backend without servers, which is HAProxy's 503", () => {
  const text = configure({ groups: [{ ...web, targets: [] }] });
  expect(text).toContain("backend web-0a\n\nbackend web-0a.open\n");
  expect(text).not.toContain("  server ");
});

test("without a listener nothing is open", () => {
  const text = configure({ listeners: [], groups: [] });
  expect(section(text, "frontend idle")).toEqual(["  bind unix@/run/haproxy/idle.sock mode 600"]);
  expect(text.match(/^ {2}bind/gm)).toHaveLength(1);
});

test("the first rule that fits decides, by path and by host without its port", () => {
  const rules = [
    forward("api", [{ Field: "path-pattern", Values: ["/api/*", "/v?"] }]),
    forward("shop", [{ Field: "host-header", HostHeaderConfig: { Values: ["*.shop.example"] } }]),
    forward("web-0a"),
  ];
  const lines = section(configure({ listeners: [{ port: 80, rules }] }), "frontend listener-80");
  expect(lines.slice(1, 4)).toEqual([
    String.raw`  http-request set-var(txn.rule) int(0) if { path -m reg "^\x5c/api\x5c/.*\x24" "^\x5c/v.\x24" }`,
    String.raw`  http-request set-var(txn.rule) int(1) if !{ var(txn.rule) -m found } { req.hdr(host),field(1,:) -i -m reg "^.*\x5c.shop\x5c.example\x24" }`,
    "  http-request set-var(txn.rule) int(2) if !{ var(txn.rule) -m found }",
  ]);
});

test("shares of several groups are drawn", () => {
  const TargetGroups = [
    { TargetGroupArn: "one", Weight: 1 },
    { TargetGroupArn: "none", Weight: 0 },
    { TargetGroupArn: "three", Weight: 3 },
  ];
  const rules: RuleModel[] = [{ conditions: [], action: { Type: "forward", ForwardConfig: { TargetGroups } } }];
  const lines = section(configure({ listeners: [{ port: 80, rules }] }), "frontend listener-80");
  expect(lines.slice(2, 5)).toEqual([
    "  http-request set-var(txn.draw) rand(4) if { var(txn.rule) -m int 0 }",
    "  http-request set-var(txn.group) str(three) if { var(txn.rule) -m int 0 } { var(txn.draw) -m int lt 4 }",
    "  http-request set-var(txn.group) str(one) if { var(txn.rule) -m int 0 } { var(txn.draw) -m int lt 1 }",
  ]);
  expect(lines.join("\n")).not.toContain("none");
});

test("a fixed response cannot break out of its line", () => {
  const MessageBody = 'say "hi"\nfrontend evil $HOME %[src] # 日';
  const action = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "404", MessageBody } } as const;
  const lines = section(
    configure({ listeners: [{ port: 80, rules: [{ conditions: [], action }] }] }),
    "frontend listener-80",
  );
  expect(lines[2]).toBe(
    String.raw`  http-request return status 404 content-type "text/plain" string "say \x22hi\x22\x0afrontend evil \x24HOME \x25\x5bsrc\x5d \x23 \xe6\x97\xa5" hdr Server awselb/2.0 if { var(txn.rule) -m int 0 }`,
  );
});

test("a redirect fills in what it keeps, and has no question mark without a query", () => {
  const action = {
    Type: "redirect",
    RedirectConfig: { Protocol: "HTTPS", Port: "443", Host: "www.#{host}", StatusCode: "HTTP_301" },
  } as const;
  const lines = section(
    configure({ listeners: [{ port: 80, rules: [{ conditions: [], action }] }] }),
    "frontend listener-80",
  );
  const to = "https://www.%[req.hdr(host),field(1,:)]:443/%[path,regsub(^/,)]";
  expect(lines.slice(2, 4)).toEqual([
    `  http-request redirect code 301 location "${to}?%[query]" if { var(txn.rule) -m int 0 } { query -m len gt 0 }`,
    `  http-request redirect code 301 location "${to}" if { var(txn.rule) -m int 0 }`,
  ]);
});

test("stickiness and least outstanding requests", () => {
  const text = configure({ groups: [{ ...web, stickySeconds: 300, leastRequests: true }] });
  expect(section(text, "backend web-0a").slice(0, 2)).toEqual([
    "  balance leastconn",
    "  cookie AWSALB insert nocache maxlife 300s",
  ]);
});

test("the header of addresses can be left alone or removed", () => {
  expect(configure({ forwardedFor: "preserve" })).not.toContain("X-Forwarded-For");
  expect(configure({ forwardedFor: "remove" })).toContain("  http-request del-header X-Forwarded-For\n");
});

test("error pages are as long as AWS's", () => {
  expect(errorPage(502)).toHaveLength(122);
  expect(errorPage(503)).toHaveLength(162);
});

test("a reload keeps the idle connections of clients, and says which servers leave", () => {
  expect(configure()).toContain("option idle-close-on-response");
  const fewer = configure({ groups: [{ ...web, targets: web.targets.slice(1) }] });
  expect(leavingServers(configure(), fewer)).toEqual(["web-0a/10.5.1.50", "web-0a.open/10.5.1.50"]);
  expect(leavingServers(fewer, configure())).toEqual([]);
  // What a backend as a whole was there for is not this change's matter.
  expect(leavingServers(configure(), configure({ groups: [] }))).toEqual([]);
});
