import { AwsError, type Caller, type ServiceDefinition } from "./action.ts";
import { failure } from "./failures.ts";
import {
  expectedSignature,
  sameSignature,
  scopeOf,
  sha256,
  signingKeyOf,
  signingTime,
  type SignatureClaim,
} from "./signature.ts";
import type { WireRequest } from "./wire-request.ts";

/** A key that may sign requests. */
export interface SigningCredentials {
  readonly secretAccessKey: string;
  /** Temporary credentials only: the token that each request must carry. */
  readonly sessionToken?: string | undefined;
  readonly expiresAt?: Date | undefined;
  readonly caller: Caller;
}

export type FindCredentials = (accessKeyId: string) => SigningCredentials | undefined;

/** What a verified request is signed with; the chunks of a streamed body go on from here. */
export interface Verified {
  readonly caller: Caller;
  readonly signingKey: Buffer;
  readonly scope: string;
}

/** AWS accepts clocks that are off by a quarter of an hour. */
const clockSkewMs = 15 * 60 * 1000;

/** Checks SigV4 of a request. `body` is undefined where the body is streamed: then its declared hash is signed. */
export function verify(
  protocol: ServiceDefinition["protocol"],
  request: WireRequest,
  claim: SignatureClaim | "malformed" | undefined,
  body: Uint8Array | undefined,
  findCredentials: FindCredentials,
  now: Date,
): Verified {
  if (claim === undefined) throw failure(protocol, "no-credentials", missingMessage(protocol));
  if (claim === "malformed") {
    throw failure(protocol, "incomplete-signature", "The request's signature is incomplete or malformed.");
  }
  const credentials = findCredentials(claim.accessKeyId);
  if (!credentials) throw failure(protocol, "unknown-key", unknownKeyMessage(protocol));
  checkTime(protocol, claim, now);
  const signingKey = signingKeyOf(credentials.secretAccessKey, claim);
  const expected = expectedSignature(request, claim, payloadHash(protocol, request, claim, body), signingKey);
  if (!sameSignature(claim.signature, expected)) {
    throw failure(
      protocol,
      "wrong-signature",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
    );
  }
  checkToken(protocol, claim, credentials, now);
  return { caller: credentials.caller, signingKey, scope: scopeOf(claim) };
}

function checkTime(protocol: ServiceDefinition["protocol"], claim: SignatureClaim, now: Date): void {
  const ageMs = now.getTime() - signingTime(claim.date);
  if (claim.expiresInSeconds !== undefined) {
    if (ageMs > claim.expiresInSeconds * 1000) throw failure(protocol, "expired-url", "Request has expired");
    if (ageMs < -clockSkewMs) throw failure(protocol, "expired-url", "Request is not yet valid");
  } else if (Math.abs(ageMs) > clockSkewMs) {
    const message =
      protocol === "restXml"
        ? "The difference between the request time and the current time is too large."
        : `Signature ${ageMs > 0 ? "expired" : "not yet current"}: ${claim.date} is too far from ${now.toISOString()}`;
    throw failure(protocol, "clock-skew", message);
  }
}

function checkToken(
  protocol: ServiceDefinition["protocol"],
  claim: SignatureClaim,
  credentials: SigningCredentials,
  now: Date,
): void {
  if ((credentials.sessionToken ?? "") !== (claim.sessionToken ?? "")) {
    throw failure(protocol, "wrong-token", "The security token included in the request is invalid.");
  }
  if (credentials.expiresAt && credentials.expiresAt <= now) {
    throw failure(protocol, "expired-token", "The security token included in the request is expired");
  }
}

/** The hash that the client signed. A declared one is trusted here only after it was compared with the body. */
function payloadHash(
  protocol: ServiceDefinition["protocol"],
  request: WireRequest,
  claim: SignatureClaim,
  body: Uint8Array | undefined,
): string {
  const declared = request.headers["x-amz-content-sha256"] ?? request.query.get("X-Amz-Content-Sha256") ?? undefined;
  if (protocol !== "restXml") return sha256(body ?? "");
  if (declared !== undefined) return declared;
  if (claim.expiresInSeconds !== undefined) return "UNSIGNED-PAYLOAD";
  throw new AwsError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256", 400);
}

function missingMessage(protocol: ServiceDefinition["protocol"]): string {
  if (protocol === "restXml") return "Access Denied";
  if (protocol === "ec2Query") return "AWS was not able to validate the provided access credentials";
  return "Request is missing Authentication Token";
}

function unknownKeyMessage(protocol: ServiceDefinition["protocol"]): string {
  if (protocol === "restXml") return "The AWS Access Key Id you provided does not exist in our records.";
  if (protocol === "ec2Query") return "AWS was not able to validate the provided access credentials";
  return "The security token included in the request is invalid.";
}
