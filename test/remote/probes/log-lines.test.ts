import { describe, expect, it } from "vitest";
import { parseNginxLine, parsePumaLine, traceNamed } from "../../../src/remote/probes/log-lines.ts";

const id = "1143de79-71b9-4a84-94c8-308c126824d1";
const start = `10.6.1.11 - - [24/Nov/2026:23:20:55 +0000] "GET / HTTP/1.1" 200 2274 "-" "lecture05"`;
const way = `request_id=${id} upstream=unix:/run/lecture05/puma.sock forwarded_for="203.0.113.5"`;
const end = `seconds=0.010 upstream_status=200 pid=4390 trace_id="Self=1-a-b;Root=1-c-d"`;

describe("a line of Nginx's log", () => {
  it("tells who asked, who answered and which worker wrote it", () => {
    expect(parseNginxLine(`${start} ${way} ${end}`)).toEqual({
      remote: "10.6.1.11",
      status: "200",
      upstream: "unix:/run/lecture05/puma.sock",
      upstreamStatus: "200",
      pid: "4390",
      forwardedFor: "203.0.113.5",
      traceId: "Self=1-a-b;Root=1-c-d",
    });
  });

  it("has no upstream for what Nginx answers itself, and only the first part in Debian's own format", () => {
    const itself = `${start} request_id=${id} upstream=- forwarded_for="-" seconds=0.000 upstream_status=- pid=7 trace_id="-"`;
    expect(parseNginxLine(itself)).toEqual({ remote: "10.6.1.11", status: "200", pid: "7" });
    expect(parseNginxLine(start)).toEqual({ remote: "10.6.1.11", status: "200" });
    expect(parseNginxLine(`${start} ${way} seconds=0.010`)).toMatchObject({ forwardedFor: "203.0.113.5" });
  });

  it("cannot be forged by what a visitor sends, because Nginx writes his quotes as \\x22", () => {
    const agent = `\\x22 200 1 request_id=${id} upstream=unix:/forged forwarded_for=\\x221.1.1.1\\x22 seconds=0`;
    const forged = `9.9.9.9 - - [24/Nov/2026:23:20:55 +0000] "GET /\\x22 500 HTTP/1.1" 404 0 "-" "${agent}" ${way} ${end}`;
    expect(parseNginxLine(forged)).toMatchObject({
      remote: "9.9.9.9",
      status: "404",
      upstream: "unix:/run/lecture05/puma.sock",
      forwardedFor: "203.0.113.5",
    });
  });

  it("is nothing when there is none", () => {
    expect(parseNginxLine("")).toBeUndefined();
  });
});

describe("a line of Puma's journal", () => {
  const head = `Nov 24 23:20:55 ip-10-6-1-10 bundle[4898]: [${id}]`;

  it("tells which process wrote it and how the connection came", () => {
    expect(parsePumaLine(`${head} GET / 200 5ms 10.6.255.254 via=unix:/run/lecture05/puma.sock peer=4390`)).toEqual({
      pid: "4898",
      status: "200",
      client: "10.6.255.254",
      via: "unix:/run/lecture05/puma.sock",
      peer: "4390",
    });
    expect(parsePumaLine(`${head} POST /fruits 303 77ms 127.0.0.1 via=tcp:127.0.0.1:3000 peer=127.0.0.1:4012`)).toEqual(
      {
        pid: "4898",
        status: "303",
        client: "127.0.0.1",
        via: "tcp:127.0.0.1:3000",
        peer: "127.0.0.1:4012",
      },
    );
  });

  it("has no way when another application wrote it, or the visitor had gone", () => {
    expect(parsePumaLine(`${head} GET / 200 5ms 10.6.255.254`)).toEqual({
      pid: "4898",
      status: "200",
      client: "10.6.255.254",
    });
  });

  it("is read from its end, where no visitor writes", () => {
    const path = "/a 200 1ms 9.9.9.9 via=unix:/forged peer=1";
    expect(parsePumaLine(`${head} GET ${path} 404 2ms 127.0.0.1 via=unix:/real peer=2`)).toMatchObject({
      status: "404",
      via: "unix:/real",
      peer: "2",
    });
  });

  it("is nothing when there is none", () => {
    expect(parsePumaLine("")).toBeUndefined();
    expect(parsePumaLine(`${head} Aws::S3::Errors::AccessDenied (no)`)).toBeUndefined();
  });
});

it("a request that only one server has was not in the other's path", () => {
  expect(traceNamed({ page_nginx: start, page_puma: "" }, "page")).toEqual({
    nginx: { remote: "10.6.1.11", status: "200" },
  });
  expect(traceNamed({}, "page")).toEqual({});
});
