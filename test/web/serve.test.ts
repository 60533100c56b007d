import { request, type IncomingHttpHeaders } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serveWeb, type WebServer } from "../../src/web/serve.ts";

let server: WebServer;

beforeEach(async () => {
  server = await serveWeb(
    {
      file: async (path) => {
        if (path === "/") return { type: "text/html; charset=utf-8", body: "the page" };
        if (path === "/x.svg") return { type: "image/svg+xml", body: "<svg/>" };
        if (path === "/broken") throw new Error("broken");
        return undefined;
      },
      location: (path) => (path === "/application" ? "http://app.example/" : undefined),
      refusal: (again) => (again ? "refused, again" : "refused"),
    },
    0,
  );
});

afterEach(() => server.close());

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** With the very headers that are given: fetch would set some of its own. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: server.port, path, method, headers };
    const sent = request(options, (response) => {
      let body = "";
      response.on("data", (part: Buffer) => (body += part.toString()));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    sent.on("error", reject).end();
  });
}

const pathOf = (address: string): string => new URL(address).pathname + new URL(address).search;

async function letIn(): Promise<string> {
  const { headers } = await ask(pathOf(server.newAddress()));
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

describe("who may see the page", () => {
  it("is who has the address: it is exchanged for a cookie that no script reads and no other site sends", async () => {
    const address = server.newAddress();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    const exchanged = await ask(pathOf(address));
    expect(exchanged).toMatchObject({ status: 303, headers: { location: "/" } });
    expect(exchanged.headers["set-cookie"]).toEqual([
      expect.stringMatching(/^lecture05-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    const cookie = exchanged.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    expect(address).not.toContain(cookie.split("=")[1]);
    expect(await ask("/", { cookie: `other=1; ${cookie}; more=2` })).toMatchObject({ status: 200, body: "the page" });
    expect(await ask(pathOf(address), { cookie }), "opened again by the same browser").toMatchObject({ status: 303 });
    expect(await ask(pathOf(address)), "opened by another").toMatchObject({ status: 403 });
  });

  it("is nobody else", async () => {
    const cookie = await letIn();
    const name = cookie.split("=")[0] ?? "";
    for (const headers of [{}, { cookie: `${name}=` }, { cookie: `${name}=x` }, { cookie: `${cookie}x` }]) {
      expect(await ask("/", headers)).toMatchObject({ status: 403, body: "refused" });
      expect((await ask("/events", headers)).status).toBe(403);
      expect((await ask("/application", headers)).status).toBe(403);
    }
    expect((await ask("/?token=")).status).toBe(403);
    expect((await ask("/?token=wrong")).status).toBe(403);
    expect((await ask(`/x.svg${new URL(server.newAddress()).search}`)).status).toBe(403);
  });

  it("needs a new address for another browser; the earlier one that was not used is void", async () => {
    const [first, second] = [server.newAddress(), server.newAddress()];
    expect((await ask(pathOf(first))).status).toBe(403);
    expect((await ask(pathOf(second), {}, "HEAD")).status, "a preview uses nothing up").toBe(403);
    expect((await ask(pathOf(second))).status).toBe(303);
  });

  it("comes by the page's own name: DNS rebinding and other sites' scripts are refused", async () => {
    const cookie = await letIn();
    const here = `127.0.0.1:${server.port}`;
    for (const host of [
      "evil.example",
      `evil.example:${server.port}`,
      "127.0.0.1",
      "127.0.0.1:1",
      `[::1]:${server.port}`,
    ]) {
      expect((await ask("/", { cookie, host })).status, host).toBe(403);
      expect((await ask(pathOf(server.newAddress()), { host })).status, host).toBe(403);
    }
    for (const origin of ["http://evil.example", "null", "http://127.0.0.1:1", `https://${here}`]) {
      expect((await ask("/", { cookie, host: here, origin })).status, origin).toBe(403);
    }
    const own = await ask("/", { cookie, host: here, origin: `http://${here}` });
    expect(own.status).toBe(200);
    expect(own.headers["access-control-allow-origin"]).toBeUndefined();
    expect((await ask("/", { cookie, host: `localhost:${server.port}` })).status).toBe(200);
  });

  it("is tried once more when a link on another site's page led here, because the cookie comes later then", async () => {
    expect((await ask("/", { "sec-fetch-site": "cross-site" })).body).toBe("refused, again");
    expect((await ask("/", { "sec-fetch-site": "same-origin" })).body).toBe("refused");
  });
});

describe("what is served", () => {
  it("allows nothing from elsewhere, no script in the page, no frame, no cache", async () => {
    const cookie = await letIn();
    const { headers } = await ask("/", { cookie });
    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    const picture = await ask("/x.svg", { cookie });
    expect(picture.headers["content-security-policy"]).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
    );
  });

  it("is only read", async () => {
    const cookie = await letIn();
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      expect(await ask("/", { cookie }, method)).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    }
    expect(await ask("/application", { cookie })).toMatchObject({
      status: 303,
      headers: { location: "http://app.example/" },
    });
    expect((await ask("/../etc/passwd", { cookie })).status).toBe(404);
    expect((await ask("//x", { cookie })).status).toBe(404);
    expect((await ask("/broken", { cookie })).status).toBe(500);
    expect((await ask("/", { cookie })).status, "and goes on").toBe(200);
  });
});

describe("events", () => {
  it("reach every page, the last of each name at once, and those that say nothing new not at all", async () => {
    const cookie = await letIn();
    server.send("view", { n: 0 });
    server.send("view", { n: 1 });
    let text = "";
    const gone = new Promise<void>((resolve) => {
      const options = { host: "127.0.0.1", port: server.port, path: "/events", headers: { cookie } };
      request(options, (response) => {
        response.on("data", (part: Buffer) => (text += part.toString()));
        response.on("close", resolve);
        response.on("error", () => {});
      })
        .on("error", () => {})
        .end();
    });
    await expect.poll(() => text).toContain('event: view\ndata: {"n":1}\n\n');
    expect(server.watchers).toBe(1);
    server.send("view", { n: 1 });
    server.send("output", "two\nlines");
    await expect.poll(() => text).toContain(String.raw`data: "two\nlines"`);
    expect(text.match(/"n"/g)).toHaveLength(1);
    await server.close();
    await gone;
    server = await serveWeb({ file: async () => undefined, location: () => undefined, refusal: () => "" }, 0);
  });
});

describe("a port", () => {
  it("that another program has is an error with a way out", async () => {
    const content = { file: async () => undefined, location: () => undefined, refusal: () => "" };
    await expect(serveWeb(content, server.port)).rejects.toMatchObject({
      code: "PORT_UNAVAILABLE",
      detail: { why: { en: "Another program has the port" } },
    });
  });
});
