import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Answer } from "./answer.ts";

/** How long an upload in flight is read on after its answer is known, before the connection is given up. */
const drainLimitMs = 5_000;

export async function send(message: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const { body, headers } = answer;
  if (!(body instanceof Readable) && answer.status !== 204 && answer.status !== 304) {
    headers["content-length"] ??= String(body === undefined ? 0 : Buffer.byteLength(body));
  }
  await drain(message, headers);
  response.writeHead(answer.status, headers);
  if (message.method === "HEAD" || body === undefined) {
    if (body instanceof Readable) body.destroy();
    response.end();
  } else if (body instanceof Readable) await pipeline(body, response);
  else response.end(body);
}

/** An early error must not break an upload in flight: the client would see EPIPE instead of the answer. */
async function drain(message: IncomingMessage, headers: Record<string, string>): Promise<void> {
  if (message.complete || message.destroyed) return;
  message.unpipe();
  message.resume();
  await new Promise<void>((resolve) => {
    const limit = setTimeout(() => {
      headers.connection = "close";
      resolve();
    }, drainLimitMs);
    const done = (): void => {
      clearTimeout(limit);
      resolve();
    };
    message.once("end", done).once("close", done);
  });
}
