import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createHttp } from "../../src/aws/http.ts";
import { servedBy, startLoad } from "../../src/drill/load.ts";
import { createClock } from "../../src/engine/interrupt.ts";
import { Lecture05Error } from "../../src/errors.ts";

const page =
  "<html><footer><dl><div><dt>Host</dt><dd>ip-10-5-1-10</dd></div><div><dt>Zone</dt><dd>a</dd></div></dl></footer>";
const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => (server.close(), server.closeAllConnections())));

async function serve(status: (index: number) => number | undefined): Promise<{ url: string; seen: () => number }> {
  let seen = 0;
  const server = createServer((request, response) => {
    const code = status(seen++);
    if (code === undefined) request.socket.destroy();
    else response.writeHead(code).end(page);
  });
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, seen: () => seen };
}

function load(url: string, rate: number, seconds: number, controller = new AbortController()) {
  const { signal } = controller;
  return startLoad({ http: createHttp(), clock: createClock(signal), signal, url, rate, seconds });
}

describe("a steady load", () => {
  it("sends exactly as many requests as were asked for, each when it is due, and says who answered", async () => {
    const { url, seen } = await serve(() => 200);
    const { samples, ended } = load(url, 100, 1);
    await ended;
    expect([samples.length, seen()]).toEqual([100, 100]);
    expect(samples.map(({ dueMs }) => dueMs).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_none, index) => index * 10),
    );
    expect(new Set(samples.map(({ host }) => host))).toEqual(new Set(["ip-10-5-1-10 a"]));
    expect(samples.every(({ dueMs, endMs }) => endMs >= dueMs)).toBe(true);
  });

  it("tells failures apart", async () => {
    const { url } = await serve((index) => [200, 502, undefined][index % 3]);
    const { samples, ended } = load(url, 30, 1);
    await ended;
    const counted = (word: string): number => samples.filter(({ outcome }) => outcome === word).length;
    expect(["ok", "502", "reset"].map(counted)).toEqual([10, 10, 10]);
    // Nobody listens there.
    const nowhere = load("http://127.0.0.1:1/", 5, 1);
    await nowhere.ended;
    expect(nowhere.samples.map(({ outcome }) => outcome)).toEqual(Array(5).fill("refused"));
  });

  it("ends at a Ctrl-C, with nothing under way", async () => {
    const controller = new AbortController();
    const { url, seen } = await serve((index) => (index === 5 && controller.abort(), 200));
    const { ended, samples } = load(url, 50, 60, controller);
    await expect(ended).rejects.toThrow(Lecture05Error);
    expect(samples.length).toBe(seen());
    expect(seen()).toBeLessThan(20);
  });
});

describe("who served a page", () => {
  it("is read from the footer alone", () => {
    expect(servedBy(page)).toBe("ip-10-5-1-10 a");
    expect(servedBy("<dd>somebody</dd>")).toBeUndefined();
    expect(servedBy("<footer><dd>\u001B[31m</dd></footer>")).toBeUndefined();
  });
});
