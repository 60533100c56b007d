import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LoadBalancerLogLine } from "../../../src/sandbox/runtime.ts";
import { loggedByHaproxy } from "../../support/alb-log.ts";
import type { SeenRequest } from "./log-lines.ts";

/** Where the application keeps pictures: the stack's bucket, through the real S3 API. */
export interface PictureStore {
  /** Before step s3 pictures lie on the host's disk, where nobody asks for them. */
  isConfigured(): boolean;
  put(key: string, bytes: Buffer): Promise<void>;
  get(key: string): Promise<Buffer | undefined>;
  delete(key: string): Promise<void>;
}

export interface Fruit {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly key?: string;
}

/** The rows of the application's database: they lie on the host and outlive any command of ours. */
export interface PageData {
  nextId: number;
  fruits: Fruit[];
}

export const emptyPageData = (): PageData => ({ nextId: 1, fruits: [] });

/** The sample application behind the load balancer, as far as a visitor sees it. */
export interface DoublePage {
  readonly port: number;
  /** Requests that were answered, by their X-Request-Id. */
  readonly requests: ReadonlyMap<string, SeenRequest>;
  /** What the load balancer before it would have logged. */
  readonly log: readonly LoadBalancerLogLine[];
  data: PageData;
  pictures: PictureStore | undefined;
  /** False while the application cannot reach its database: every page but /up is an error. */
  hasDatabase: () => boolean;
  /** Where the load balancer sends every visitor; undefined: to the application. */
  detour: () => string | undefined;
  /** Who answers, in turns, as the footer says. */
  hosts: () => readonly string[];
  /** False while no load balancer stands: then nothing answers. */
  isReached: () => boolean;
  stop(): Promise<void>;
}

export async function startDoublePage(): Promise<DoublePage> {
  const requests = new Map<string, SeenRequest>();
  const log: LoadBalancerLogLine[] = [];
  const server = createServer((request, response) => {
    const id = request.headers["x-request-id"];
    const traceRoot = /Root=(\S+)/.exec(String(request.headers["x-amzn-trace-id"] ?? ""))?.[1];
    response.once("finish", () => {
      const facts = { endedMs: String(Date.now()), status: String(response.statusCode), uri: request.url ?? "/" };
      log.push({ time: new Date().toISOString(), text: loggedByHaproxy(facts) });
    });
    if (typeof id === "string")
      response.once("finish", () =>
        requests.set(id, { status: response.statusCode, ...(traceRoot ? { traceRoot } : {}) }),
      );
    void serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const page: DoublePage = {
    port: (server.address() as AddressInfo).port,
    requests,
    log,
    data: emptyPageData(),
    pictures: undefined,
    hasDatabase: () => true,
    detour: () => undefined,
    hosts: () => [],
    isReached: () => false,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    if (!page.isReached()) return void request.socket.destroy();
    const elsewhere = page.detour();
    if (elsewhere !== undefined) return void response.writeHead(302, { location: elsewhere }).end();
    const path = request.url ?? "/";
    const [, id] = /^\/fruits\/(\d+)$/.exec(path) ?? [];
    const fruit = page.data.fruits.find((it) => it.id === Number(id));
    if (path.split("?")[0] === "/up") return html(response, "up");
    if (!page.hasDatabase()) return void response.writeHead(500).end();
    if (path === "/" || path === "/fruits") {
      if (request.method === "POST") return create(request, body, response);
      return html(response, page.data.fruits.map(rowOf).join("\n"));
    }
    if (path === "/fruits/new") return html(response, formFor("/fruits") + footer());
    const [, key] = /^\/rails\/active_storage\/(?:blobs|representations)\/(\w+)$/.exec(path) ?? [];
    if (key) {
      const bytes = await page.pictures?.get(key);
      if (!bytes) return void response.writeHead(404).end();
      return void response.writeHead(200, { "content-type": "image/png" }).end(bytes);
    }
    if (!fruit) return void response.writeHead(404).end();
    if (request.method === "GET") return html(response, detailsOf(fruit) + footer());
    page.data.fruits = page.data.fruits.filter((it) => it !== fruit);
    if (fruit.key) await page.pictures?.delete(fruit.key);
    response.writeHead(303, { location: "/fruits" }).end();
  }

  let turn = 0;
  function footer(): string {
    const hosts = page.hosts();
    return `<footer><dd>${hosts[turn++ % Math.max(hosts.length, 1)] ?? "none"}</dd></footer>`;
  }

  async function create(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const fields = multipart(body, String(request.headers["content-type"]));
    if (fields.get("fruit[name]")?.length === 0) return html(response, formFor("/fruits") + footer(), 422);
    const picture = fields.get("fruit[picture]");
    const key = picture && page.pictures?.isConfigured() ? randomBytes(14).toString("hex") : undefined;
    if (key && picture) await page.pictures?.put(key, picture);
    const id = page.data.nextId++;
    const name = fields.get("fruit[name]")?.toString() ?? "";
    const description = fields.get("fruit[description]")?.toString() ?? "";
    page.data.fruits.push({ id, name, description, ...(key ? { key } : {}) });
    response.writeHead(303, { location: `/fruits/${id}` }).end();
  }

  return page;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function html(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, { "content-type": "text/html", "set-cookie": "session=1; path=/" });
  response.end(`<!DOCTYPE html><html><body>${body}</body></html>`);
}

const tokenFor = (action: string): string => createHash("sha256").update(action).digest("hex");

const formFor = (action: string): string =>
  `<form action="${action}" method="post"><input name="authenticity_token" value="${tokenFor(action)}"></form>`;

const rowOf = ({ id, name }: Fruit): string => `<li class="card"><h2><a href="/fruits/${id}">${name}</a></h2></li>`;

const detailsOf = ({ id, name, description, key }: Fruit): string =>
  `<h1>${name}</h1><p>${description}</p>${
    key
      ? `<a href="/rails/active_storage/blobs/${key}"><img src="/rails/active_storage/representations/${key}"></a>`
      : ""
  }${formFor(`/fruits/${id}`)}`;

function multipart(body: Buffer, contentType: string): Map<string, Buffer> {
  const boundary = `--${/boundary=(\S+)/.exec(contentType)?.[1] ?? ""}`;
  const fields = new Map<string, Buffer>();
  for (let at = body.indexOf(boundary); at >= 0;) {
    const start = at + boundary.length + 2;
    at = body.indexOf(boundary, start);
    if (at < 0) break;
    const headEnd = body.indexOf("\r\n\r\n", start);
    const [, name] = /name="([^"]*)"/.exec(body.subarray(start, headEnd).toString()) ?? [];
    if (name) fields.set(name, body.subarray(headEnd + 4, at - 2));
  }
  return fields;
}
