import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Lecture05Error } from "../errors.ts";
import { untranslated } from "../text.ts";
import { createAccess } from "./access.ts";

/** A file of the page. */
export interface WebFile {
  readonly type: string;
  readonly body: string | Buffer;
}

export interface WebContent {
  /** By path ("/", "/style.css"); undefined: there is none. May be called at any time. */
  file(path: string): Promise<WebFile | undefined>;
  /** Where a path leads to that is elsewhere. */
  location(path: string): string | undefined;
  /** What somebody sees who has no cookie. `again`: whether the page should try once more by itself. */
  refusal(again: boolean): string;
}

export interface WebServer {
  readonly port: number;
  /** An address that opens the page once, in one browser. Earlier ones that were not used open it no more. */
  newAddress(): string;
  /** Sends an event to every page that is open, and to those that open later: of each name they get the last one. */
  send(event: string, data: unknown): void;
  /** Pages that are open now. */
  readonly watchers: number;
  close(): Promise<void>;
}

const host = "127.0.0.1";
const mostWatchers = 20;
/** A page that was suspended takes nothing in; what waits for it must not fill the memory. */
const mostWaitingBytes = 4 * 1024 * 1024;
const aliveMs = 15_000;

/** Nothing but what comes from here, no script or style in the page's text, no frame around it. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A drawing brings its own style, and nothing else. */
const picturePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/** Serves the page on this machine alone. Throws PORT_UNAVAILABLE. */
export async function serveWeb(content: WebContent, wantedPort: number): Promise<WebServer> {
  const access = createAccess();
  const watchers = new Set<ServerResponse>();
  const last = new Map<string, string>();
  let port = wantedPort;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    setHeaders(response);
    if (!access.isAddressedHere(request, port)) return end(response, 403, "text/plain", "Forbidden\n");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      return end(response, 405, "text/plain", "Method Not Allowed\n");
    }
    // Not by URL, which takes "//x" for a host.
    const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
    const token = path === "/" ? new URLSearchParams(query).get("token") : null;
    // A link that is opened again by who was let in already leads to the page.
    if (token !== null && !access.admits(request, port)) {
      // HEAD is what previews of links send: it uses nothing up.
      const cookie = request.method === "GET" ? access.redeem(token, port) : undefined;
      if (cookie === undefined) return end(response, 403, "text/html; charset=utf-8", content.refusal(false));
      response.setHeader("Set-Cookie", cookie);
      return redirect(response);
    }
    if (!access.admits(request, port)) {
      // After a link on another site's page (a terminal in the browser) the cookie comes with the next request only.
      const again = request.headers["sec-fetch-site"] === "cross-site" && path === "/";
      return end(response, 403, "text/html; charset=utf-8", content.refusal(again));
    }
    if (token !== null) return redirect(response);
    if (path === "/events" && request.method === "GET") return watch(response);
    const location = content.location(path);
    if (location !== undefined) return redirect(response, location);
    const file = await content.file(path);
    if (!file) return end(response, 404, "text/plain", "Not Found\n");
    if (file.type.startsWith("image/")) response.setHeader("Content-Security-Policy", picturePolicy);
    end(response, 200, file.type, file.body);
  };

  const watch = (response: ServerResponse): void => {
    if (watchers.size >= mostWatchers) return end(response, 503, "text/plain", "Service Unavailable\n");
    response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
    response.write("retry: 2000\n\n");
    for (const text of last.values()) response.write(text);
    watchers.add(response);
    response.on("close", () => watchers.delete(response));
    // The page went away in the middle of a sentence.
    response.on("error", () => watchers.delete(response));
  };

  const tell = (text: string): void => {
    for (const response of watchers) {
      if (response.writableLength > mostWaitingBytes) response.destroy();
      else response.write(text);
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) end(response, 500, "text/plain", `${String(error)}\n`);
      else response.destroy();
    });
  });
  port = await listen(server, wantedPort);
  const alive = setInterval(() => tell(":\n\n"), aliveMs);

  return {
    port,
    newAddress: () => `http://${host}:${port}/?token=${access.issue()}`,
    get watchers() {
      return watchers.size;
    },
    send(event, data) {
      const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      if (last.get(event) === text) return;
      last.set(event, text);
      tell(text);
    },
    async close() {
      clearInterval(alive);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function setHeaders(response: ServerResponse): void {
  response.setHeader("Content-Security-Policy", pagePolicy);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Cache-Control", "no-store");
}

function end(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { "Content-Type": type }).end(body);
}

function redirect(response: ServerResponse, location = "/"): void {
  response.writeHead(303, { Location: location }).end();
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(portUnavailable(port, error)));
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function portUnavailable(port: number, error: NodeJS.ErrnoException): Lecture05Error {
  return new Lecture05Error("PORT_UNAVAILABLE", {
    what: { en: `The page cannot listen on port ${port}`, ja: `ポート ${port} で待ち受けできません` },
    why:
      error.code === "EADDRINUSE"
        ? { en: "Another program has the port", ja: "別のプログラムがこのポートを使用中です" }
        : error.code === "EACCES"
          ? { en: "Ports below 1024 are for root", ja: "1024 未満のポートには root 権限が必要です" }
          : untranslated(error.message),
    next: [
      {
        en: "lecture05 status --web (takes a port that is free)",
        ja: "lecture05 status --web (空いているポートを使用)",
      },
      { en: "Name another one: --port N", ja: "別のポートを --port N で指定してください" },
    ],
    cause: error,
  });
}
