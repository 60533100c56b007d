import { describe, expect, it } from "vitest";
import type { Trace } from "../../src/remote/probes/log-lines.ts";
import {
  answeredByNginx,
  answeredByPuma,
  askedByNginx,
  nginxNotInPath,
  passedOnByNginx,
  passedToSocket,
  pumaListens,
  pumaNotInPath,
  staticByNginx,
} from "../../src/steps/path-checks.ts";

const via = "unix:/run/lecture05/puma.sock";
const nginx = { remote: "127.0.0.1", status: "200", upstream: via, upstreamStatus: "200", pid: "21" };
const puma = { pid: "10", status: "200", client: "127.0.0.1", via, peer: "21" };
const processes = { puma_processes: "10", nginx_processes: "20 21 22" };

describe("Puma answered", () => {
  it.each<[string, Trace, Record<string, string>, boolean]>([
    ["its main process, through the right listener", { puma }, processes, true],
    ["one of its workers", { puma: { ...puma, pid: "12" } }, { puma_processes: "10 11 12" }, true],
    ["a process of another unit", { puma: { ...puma, pid: "99" } }, processes, false],
    ["through another listener", { puma: { ...puma, via: "tcp:127.0.0.1:3000" } }, processes, false],
    ["without saying how it came", { puma: { pid: "10", status: "200", client: "x" } }, processes, false],
    ["nobody", {}, processes, false],
    ["somebody while puma.service is stopped", { puma }, { puma_processes: "" }, false],
  ])("%s", (_case, trace, results, ok) => {
    expect(answeredByPuma(trace, results, via)).toMatchObject({ name: "answered-by-puma", ok });
  });

  it("is one line to read when all is well", () => {
    const { expected, observed } = answeredByPuma({ puma }, processes, via);
    expect([expected, observed]).toEqual([`pid 10, ${via}`, `pid 10, ${via}`]);
  });
});

it.each([
  ["10", true],
  ["another", false],
  ["10 another", false],
  ["", false],
])("Puma listens: %s", (listener, ok) => {
  expect(pumaListens({ ...processes, listener }).ok).toBe(ok);
});

it.each<[string, Trace, boolean, boolean]>([
  ["only Nginx", { nginx }, false, true],
  ["only Puma", { puma }, true, false],
  ["both", { nginx, puma }, false, false],
])("who is not in the path: %s", (_case, trace, withoutNginx, withoutPuma) => {
  expect([nginxNotInPath(trace).ok, pumaNotInPath(trace).ok]).toEqual([withoutNginx, withoutPuma]);
});

it.each<[string, Trace, boolean]>([
  ["Puma's socket", { nginx }, true],
  ["Puma on TCP", { nginx: { ...nginx, upstream: "127.0.0.1:3000" } }, false],
  ["nobody: it answered itself", { nginx: { remote: "x", status: "200", pid: "21" } }, false],
  ["who knows: its log has no such request", { puma }, false],
])("Nginx asked %s", (_case, trace, ok) => {
  expect(passedToSocket(trace)).toMatchObject({ name: "through-the-socket", expected: via, ok });
});

it("Nginx answered only when its log says so, with success", () => {
  expect(answeredByNginx({ nginx }).ok).toBe(true);
  expect(answeredByNginx({ nginx: { ...nginx, status: "403" } }).ok).toBe(false);
  expect(answeredByNginx({ puma }).ok).toBe(false);
});

describe("Nginx before Puma", () => {
  it.each<[string, Trace, boolean]>([
    ["passed on", { nginx, puma }, true],
    ["answered by Nginx itself", { nginx: { remote: "127.0.0.1", status: "200", pid: "21" } }, false],
    ["to another upstream", { nginx: { ...nginx, upstream: "127.0.0.1:3000" } }, false],
    ["to an upstream that failed", { nginx: { ...nginx, upstreamStatus: "502" } }, false],
    ["past Nginx", { puma }, false],
  ])("%s", (_case, trace, ok) => {
    expect(passedOnByNginx(trace, via).ok).toBe(ok);
  });

  it.each<[string, Trace, boolean]>([
    ["the worker that logged it", { nginx, puma }, true],
    ["another worker", { nginx, puma: { ...puma, peer: "22" } }, false],
    ["a process that is not Nginx's", { nginx: { ...nginx, pid: "99" }, puma: { ...puma, peer: "99" } }, false],
    ["somebody else", { puma: { ...puma, peer: "99" } }, false],
    ["nobody", { nginx }, false],
  ])("Puma's peer is %s", (_case, trace, ok) => {
    expect(askedByNginx(trace, processes).ok).toBe(ok);
  });

  it.each<[string, Trace, boolean]>([
    ["Nginx", { nginx }, true],
    ["Nginx and Puma", { nginx, puma }, false],
    ["Puma", { puma }, false],
    ["none", {}, false],
  ])("a file is in the log of %s", (observed, trace, ok) => {
    expect(staticByNginx(trace)).toMatchObject({ observed, ok });
  });
});
