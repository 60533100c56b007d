import { createHash, type Hash } from "node:crypto";
import { Transform, type Readable, type TransformCallback } from "node:stream";
import { AwsError } from "./action.ts";
import { hmac, sameSignature, sha256 } from "./signature.ts";

/** A body sent as aws-chunked. `trailers` is complete once the stream has ended. */
export type ChunkedBody = Readable & { readonly trailers: Readonly<Record<string, string>> };

/** The trailing headers of a streamed body, e.g. x-amz-checksum-crc32; empty for other bodies. Read them after the end. */
export function trailersOf(body: Readable): Readonly<Record<string, string>> {
  return "trailers" in body ? (body as ChunkedBody).trailers : {};
}

/** What signed chunks are checked with: each chunk's signature covers the one before it. */
export interface ChunkSigner {
  readonly signingKey: Buffer;
  readonly scope: string;
  readonly date: string;
  readonly seedSignature: string;
  /** Whether a signature of the trailing headers must follow them. */
  readonly trailerSigned: boolean;
}

const maximumLineBytes = 16_384;

/** Decodes `hex[;chunk-signature=…]\r\n data \r\n … 0[;…]\r\n trailer: value\r\n \r\n` and checks the chunks' signatures. */
class ChunkDecoder extends Transform {
  readonly trailers: Record<string, string> = {};
  private buffered: Buffer = Buffer.alloc(0);
  private state: "size" | "data" | "data-end" | "trailers" = "size";
  private left = 0;
  private claimed = "";
  private hash: Hash = createHash("sha256");
  private previous: string;
  private finalSeen = false;

  constructor(private readonly signer: ChunkSigner | undefined) {
    super();
    this.previous = signer?.seedSignature ?? "";
  }

  override _transform(part: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.buffered = this.buffered.length > 0 ? Buffer.concat([this.buffered, part]) : part;
    try {
      while (this.step());
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      if (this.state !== "trailers" && !this.finalSeen) throw incomplete();
      this.checkTrailers();
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  /** Consumes one piece of the input; false when more of it must come first. */
  private step(): boolean {
    if (this.state === "data") return this.readData();
    const end = this.buffered.indexOf("\r\n");
    if (end < 0) {
      if (this.buffered.length > maximumLineBytes) throw incomplete();
      return false;
    }
    const line = this.buffered.subarray(0, end).toString("latin1");
    this.buffered = this.buffered.subarray(end + 2);
    if (this.state === "size") this.readSize(line);
    else if (this.state === "data-end") {
      if (line !== "") throw incomplete();
      this.state = "size";
    } else this.readTrailer(line);
    return true;
  }

  private readSize(line: string): void {
    const match = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?\s*$/.exec(line);
    if (!match) throw incomplete();
    this.left = Number.parseInt(match[1] ?? "", 16);
    this.claimed = match[2] ?? "";
    this.hash = createHash("sha256");
    this.state = "data";
    if (this.left === 0) {
      this.checkChunk();
      this.finalSeen = true;
      this.state = "trailers";
    }
  }

  private readData(): boolean {
    if (this.buffered.length === 0) return false;
    const piece = this.buffered.subarray(0, this.left);
    this.buffered = this.buffered.subarray(piece.length);
    this.left -= piece.length;
    if (this.signer) this.hash.update(piece);
    this.push(piece);
    if (this.left === 0) {
      this.checkChunk();
      this.state = "data-end";
    }
    return true;
  }

  private checkChunk(): void {
    if (!this.signer) return;
    const { scope, date, signingKey } = this.signer;
    const text = ["AWS4-HMAC-SHA256-PAYLOAD", date, scope, this.previous, sha256(""), this.hash.digest("hex")];
    this.previous = this.advance(hmac(signingKey, text.join("\n")).toString("hex"), this.claimed);
  }

  private advance(expected: string, claimed: string): string {
    if (sameSignature(expected, claimed)) return expected;
    throw new AwsError(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      403,
    );
  }

  private readTrailer(line: string): void {
    const colon = line.indexOf(":");
    if (colon > 0) this.trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }

  private checkTrailers(): void {
    if (!this.signer?.trailerSigned) return;
    const claimed = this.trailers["x-amz-trailer-signature"] ?? "";
    const signed = Object.entries(this.trailers).filter(([name]) => name !== "x-amz-trailer-signature");
    const canonical = signed.map(([name, value]) => `${name}:${value}\n`).join("");
    const { scope, date, signingKey } = this.signer;
    const text = ["AWS4-HMAC-SHA256-TRAILER", date, scope, this.previous, sha256(canonical)].join("\n");
    this.advance(hmac(signingKey, text).toString("hex"), claimed);
  }
}

function incomplete(): AwsError {
  return new AwsError(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
    400,
  );
}

export function decodeChunked(source: Readable, signer: ChunkSigner | undefined): ChunkedBody {
  const decoder = new ChunkDecoder(signer);
  return follow(source, decoder);
}

/** Passes a body on and fails at its end when it is not what the client declared and signed. */
export function checkHash(source: Readable, declared: string): Readable {
  const hash = createHash("sha256");
  const checker = new Transform({
    transform(part: Buffer, _encoding, done) {
      hash.update(part);
      done(null, part);
    },
    flush(done) {
      if (hash.digest("hex") === declared) return done();
      const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
      return done(new AwsError("XAmzContentSHA256Mismatch", message, 400));
    },
  });
  return follow(source, checker);
}

/** Pipes, and passes the source's end on whatever it is. */
function follow<Target extends Transform>(source: Readable, target: Target): Target {
  source.on("error", (error) => target.destroy(error));
  source.on("close", () => {
    if (!source.readableEnded) target.destroy(incomplete());
  });
  // An error may come before anybody reads. The reader still gets it; without a listener it would be uncaught.
  target.on("error", () => {});
  return source.pipe(target);
}
