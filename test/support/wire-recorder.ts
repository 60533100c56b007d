import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";

/** One request of AWS's and its answer, byte for byte as they went over the wire. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: Buffer;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: Buffer;
}

/**
 * Notes what the HTTP servers of this process read and write, from outside of the product: by Node's own channel, on
 * which a server announces each request before it reads the body. Only signed requests count.
 */
export class WireRecorder {
  readonly exchanges: Exchange[] = [];

  constructor() {
    subscribe("http.server.request.start", this.onRequest);
  }

  stop(): void {
    unsubscribe("http.server.request.start", this.onRequest);
  }

  private readonly onRequest = (event: unknown): void => {
    const { request, response } = event as { request: IncomingMessage; response: ServerResponse };
    if (request.headers.authorization === undefined) return;
    const received: Buffer[] = [];
    const push = request.push.bind(request);
    request.push = (chunk: Buffer | null, encoding) => {
      if (chunk !== null) received.push(chunk);
      return push(chunk, encoding);
    };
    const sent = recordBody(response);
    response.once("finish", () => {
      this.exchanges.push({
        method: request.method ?? "",
        url: request.url ?? "",
        requestHeaders: plain(request.headers),
        requestBody: Buffer.concat(received),
        status: response.statusCode,
        responseHeaders: plain(headersOf(response)),
        responseBody: Buffer.concat(sent),
      });
    });
  };
}

const headers = new WeakMap<ServerResponse, OutgoingHttpHeaders>();

const headersOf = (response: ServerResponse): OutgoingHttpHeaders => ({
  ...response.getHeaders(),
  ...headers.get(response),
});

/** `writeHead` sends what it is given without keeping it, so it has to be listened to. */
function recordBody(response: ServerResponse): Buffer[] {
  const sent: Buffer[] = [];
  const keep = (chunk: unknown): void => {
    if (typeof chunk === "string" || chunk instanceof Uint8Array) sent.push(Buffer.from(chunk));
  };
  const write = response.write.bind(response) as (...args: unknown[]) => boolean;
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.write = (...args: unknown[]) => {
    keep(args[0]);
    return write(...args);
  };
  response.end = (...args: unknown[]) => {
    keep(args[0]);
    return end(...args);
  };
  response.writeHead = (...args: unknown[]) => {
    const given = args.at(-1);
    if (typeof given === "object" && given !== null) headers.set(response, given as OutgoingHttpHeaders);
    return writeHead(...args);
  };
  return sent;
}

const plain = (all: NodeJS.Dict<string | string[] | number>): Record<string, string> =>
  Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** As the validator reads them: a JSON object a line, bodies in base64. */
export function exchangeLines(exchanges: readonly Exchange[]): string {
  const line = ({ requestBody, responseBody, ...rest }: Exchange): string =>
    JSON.stringify({
      ...rest,
      requestBody: requestBody.toString("base64"),
      responseBody: responseBody.toString("base64"),
    });
  return exchanges.map((exchange) => `${line(exchange)}\n`).join("");
}
