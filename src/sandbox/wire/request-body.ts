import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { checkHash, decodeChunked, type ChunkSigner } from "./chunked.ts";
import type { RestBody } from "./rest-input.ts";
import type { SignatureClaim } from "./signature.ts";
import type { Verified } from "./verify.ts";
import { readAll, type WireRequest } from "./wire-request.ts";

/** The body of a REST request as the client meant it, and the request's headers without the transfer's own marks. */
export function requestBody(
  message: IncomingMessage,
  request: WireRequest,
  verified: Verified,
  claim: SignatureClaim | "malformed" | undefined,
): RestBody & { readonly request: WireRequest } {
  const declared = request.headers["x-amz-content-sha256"] ?? "";
  const encodings = (request.headers["content-encoding"] ?? "").split(",").map((name) => name.trim());
  const chunked = declared.startsWith("STREAMING-") || encodings.includes("aws-chunked");

  const open = (): Readable => {
    if (chunked) return decodeChunked(message, chunkSigner(declared, verified, claim));
    return /^[0-9a-f]{64}$/.test(declared) ? checkHash(message, declared) : message;
  };
  // Opened on first use: a request without a body needs no pipe.
  let stream: Readable | undefined;
  let collected: Promise<Buffer> | undefined;
  return {
    request: chunked ? { ...request, headers: withoutChunking(request.headers, encodings) } : request,
    get stream() {
      return (stream ??= open());
    },
    collect() {
      return (collected ??= readAll(this.stream));
    },
  };
}

function chunkSigner(
  declared: string,
  verified: Verified,
  claim: SignatureClaim | "malformed" | undefined,
): ChunkSigner | undefined {
  if (!declared.startsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD") || typeof claim !== "object") return undefined;
  return {
    signingKey: verified.signingKey,
    scope: verified.scope,
    date: claim.date,
    seedSignature: claim.signature,
    trailerSigned: declared.endsWith("-TRAILER"),
  };
}

function withoutChunking(
  headers: Readonly<Record<string, string>>,
  encodings: readonly string[],
): Record<string, string> {
  const result: Record<string, string> = { ...headers };
  const rest = encodings.filter((name) => name !== "aws-chunked" && name !== "").join(",");
  if (rest === "") delete result["content-encoding"];
  else result["content-encoding"] = rest;
  const length = headers["x-amz-decoded-content-length"];
  if (length !== undefined) result["content-length"] = length;
  return result;
}
