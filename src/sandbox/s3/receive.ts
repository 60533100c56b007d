import type { Readable } from "node:stream";
import { AwsError, type ActionContext } from "../wire/action.ts";
import { trailersOf } from "../wire/chunked.ts";
import { checksumNames, hasherOf, headerOf, isChecksumName, type ChecksumName, type Hasher } from "./checksums.ts";
import { invalidRequest, noSuchBucket, notImplemented } from "./errors.ts";
import type { Bucket } from "./store/bucket.ts";
import type { Blob, StoredChecksum } from "./store/records.ts";

export interface Received {
  readonly blob: Blob;
  readonly etag: string;
  readonly checksum?: StoredChecksum | undefined;
}

const maximumBytes = 5 * 1024 ** 3;

/**
 * Streams a request's body into the bucket's blobs, and checks it on the way against every digest that came with it,
 * in a header or behind the body. What is returned is on disk, and nothing refers to it yet.
 */
export async function receive(
  ctx: ActionContext,
  bucket: Bucket,
  input: { Body?: unknown; ContentMD5?: string | undefined },
  wanted?: ChecksumName,
): Promise<Received> {
  const { headers } = ctx.request;
  const body = input.Body as Readable;
  const declaredBytes = declaredLength(headers);
  const md5 = hasherOf("MD5");
  const name = checksumNameIn(headers) ?? wanted;
  const hasher: Hasher | undefined = name && hasherOf(name);
  const expectedMd5 = input.ContentMD5 === undefined ? undefined : md5Digest(input.ContentMD5);
  const declared = name && declaredChecksum(headers[headerOf(name)], name);
  let digest = "";
  let etag = "";

  const check = (sizeBytes: number): void => {
    if (declaredBytes !== undefined && sizeBytes !== declaredBytes) throw incomplete();
    const md5Value = md5.digest();
    etag = md5Value.toString("hex");
    if (expectedMd5 && !expectedMd5.equals(md5Value)) {
      throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.", 400);
    }
    if (!name || !hasher) return;
    digest = hasher.digest().toString("base64");
    const expected = declared ?? declaredChecksum(trailersOf(body)[headerOf(name)], name);
    if (expected !== undefined && expected !== digest) {
      throw new AwsError("BadDigest", `The ${name} you specified did not match the calculated checksum.`, 400);
    }
  };
  const onPiece = (piece: Uint8Array): void => {
    md5.update(piece);
    hasher?.update(piece);
  };
  const blob = await bucket.blobs.write(body as AsyncIterable<Uint8Array>, onPiece, check).catch((error: unknown) => {
    const { name } = bucket.config;
    throw ctx.world.s3.find(name) === bucket ? error : noSuchBucket(name);
  });
  return { blob, etag, ...(name ? { checksum: { algorithm: name, value: digest, type: "FULL_OBJECT" } } : {}) };
}

function declaredLength(headers: ActionContext["request"]["headers"]): number | undefined {
  const text = headers["x-amz-decoded-content-length"] ?? headers["content-length"];
  if (text === undefined && headers["transfer-encoding"] !== undefined) throw notImplemented("Transfer-Encoding");
  const length = Number(text ?? 0);
  if (length > maximumBytes) {
    throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400, {
      ProposedSize: length,
      MaxSizeAllowed: maximumBytes,
    });
  }
  return Number.isNaN(length) ? undefined : length;
}

/** The algorithm of the checksum that comes in a header, behind the body, or that the client asks to be computed. */
function checksumNameIn(headers: ActionContext["request"]["headers"]): ChecksumName | undefined {
  const trailer = String(headers["x-amz-trailer"] ?? "").toLowerCase();
  const sent = checksumNames.find((name) => headers[headerOf(name)] !== undefined || trailer === headerOf(name));
  if (sent) return sent;
  const asked = String(headers["x-amz-sdk-checksum-algorithm"] ?? "").toUpperCase();
  if (asked === "") return undefined;
  if (!isChecksumName(asked)) throw invalidRequest("Checksum algorithm provided is unsupported.");
  throw invalidRequest(
    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
  );
}

function declaredChecksum(value: string | string[] | undefined, name: ChecksumName): string | undefined {
  if (value === undefined) return undefined;
  const bytes = Buffer.from(String(value), "base64");
  if (bytes.length !== hasherOf(name).digest().length || bytes.toString("base64") !== value) {
    throw invalidRequest(`Value for ${headerOf(name)} header is invalid.`);
  }
  return value;
}

function md5Digest(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 16) return bytes;
  throw new AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.", 400);
}

function incomplete(): AwsError {
  return new AwsError(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
    400,
  );
}
