import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { AwsError } from "./action.ts";

/** A request as far as it can be read without knowing its service. */
export interface WireRequest {
  readonly method: string;
  /** As sent, still percent-encoded: the signature covers this form. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
}

export function wireRequestOf(message: IncomingMessage): WireRequest {
  const url = message.url ?? "/";
  const at = url.indexOf("?");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return {
    method: message.method ?? "GET",
    rawPath: at < 0 ? url : url.slice(0, at),
    query: new URLSearchParams(at < 0 ? "" : url.slice(at + 1)),
    headers,
  };
}

/** Bucket and key of a path-style S3 request; a trailing slash after the bucket is no key. */
export function bucketAndKey(rawPath: string): { bucket: string | undefined; key: string | undefined } {
  const [, bucket = "", rest = ""] = /^\/([^/]*)\/?(.*)$/s.exec(rawPath) ?? [];
  return { bucket: decode(bucket) || undefined, key: decode(rest) || undefined };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.", 400);
  }
}

/** The largest body that is held in memory; objects are streamed and not limited by this. */
const maximumBodyBytes = 16 * 1024 * 1024;

export async function readAll(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maximumBodyBytes) throw new AwsError("RequestEntityTooLarge", "The request body is too large", 413);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
