import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { WireRequest } from "./wire-request.ts";

/** Where in a request the parts of its signature stand: in the Authorization header or, presigned, in the query. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  /** YYYYMMDD */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** YYYYMMDD'T'HHMMSS'Z' */
  readonly date: string;
  readonly sessionToken: string | undefined;
  /** Validity of a presigned URL. */
  readonly expiresInSeconds: number | undefined;
}

/** Undefined when the request is not signed; "malformed" when it is, but not in a way that can be read. */
export function signatureClaim(request: WireRequest): SignatureClaim | "malformed" | undefined {
  const presigned = request.query.get("X-Amz-Algorithm");
  if (presigned !== null) {
    return claim({
      algorithm: presigned,
      credential: request.query.get("X-Amz-Credential") ?? "",
      signedHeaders: request.query.get("X-Amz-SignedHeaders") ?? "",
      signature: request.query.get("X-Amz-Signature") ?? "",
      date: request.query.get("X-Amz-Date") ?? "",
      sessionToken: request.query.get("X-Amz-Security-Token") ?? undefined,
      expiresInSeconds: Number(request.query.get("X-Amz-Expires") ?? Number.NaN),
    });
  }
  const authorization = request.headers.authorization;
  if (authorization === undefined) return undefined;
  const part = (name: string): string => new RegExp(`${name}=([^,\\s]+)`).exec(authorization)?.[1] ?? "";
  return claim({
    algorithm: authorization.split(" ")[0] ?? "",
    credential: part("Credential"),
    signedHeaders: part("SignedHeaders"),
    signature: part("Signature"),
    date: request.headers["x-amz-date"] ?? compactDate(request.headers.date),
    sessionToken: request.headers["x-amz-security-token"],
    expiresInSeconds: undefined,
  });
}

function compactDate(httpDate: string | undefined): string {
  const time = Date.parse(httpDate ?? "");
  return Number.isNaN(time) ? "" : new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}

function claim(parts: {
  algorithm: string;
  credential: string;
  signedHeaders: string;
  signature: string;
  date: string;
  sessionToken: string | undefined;
  expiresInSeconds: number | undefined;
}): SignatureClaim | "malformed" {
  const [accessKeyId, day, region, service, terminator, ...more] = parts.credential.split("/");
  const complete =
    parts.algorithm === "AWS4-HMAC-SHA256" &&
    accessKeyId &&
    day &&
    region &&
    service &&
    terminator === "aws4_request" &&
    more.length === 0 &&
    /^[0-9a-f]{64}$/.test(parts.signature) &&
    /^\d{8}T\d{6}Z$/.test(parts.date) &&
    parts.date.startsWith(day) &&
    parts.signedHeaders.split(";").includes("host") &&
    !(parts.expiresInSeconds !== undefined && !(parts.expiresInSeconds >= 0 && parts.expiresInSeconds <= 604_800));
  if (!complete) return "malformed";
  return {
    accessKeyId,
    day,
    region,
    service,
    signedHeaders: parts.signedHeaders.split(";"),
    signature: parts.signature,
    date: parts.date,
    sessionToken: parts.sessionToken,
    expiresInSeconds: parts.expiresInSeconds,
  };
}

export function signingTime(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

/** The signature that a holder of the secret would have made for this request. */
export function expectedSignature(
  request: WireRequest,
  signed: SignatureClaim,
  payloadHash: string,
  signingKey: Buffer,
): string {
  const canonical = [
    request.method,
    canonicalPath(request.rawPath, signed.service),
    canonicalQuery(request.query),
    ...signed.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}`),
    "",
    signed.signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", signed.date, scopeOf(signed), sha256(canonical)].join("\n");
  return hmac(signingKey, text).toString("hex");
}

export function scopeOf(signed: SignatureClaim): string {
  return `${signed.day}/${signed.region}/${signed.service}/aws4_request`;
}

export function signingKeyOf(secretAccessKey: string, signed: SignatureClaim): Buffer {
  const key = hmac(`AWS4${secretAccessKey}`, signed.day);
  return hmac(hmac(hmac(key, signed.region), signed.service), "aws4_request");
}

export function sameSignature(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** S3 signs each path segment encoded once, all other services encode it once more. */
function canonicalPath(rawPath: string, service: string): string {
  const segments = rawPath.split("/").map((segment) => encode(safeDecode(segment)));
  return (service === "s3" ? segments : segments.map(encode)).join("/") || "/";
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** RFC 3986: everything but the unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
