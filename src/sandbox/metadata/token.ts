import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * IMDSv2 session tokens. A token carries its own end and is signed for one instance, so a restarted daemon accepts
 * what it gave out before, and no other instance can use it.
 */
export function issueToken(secret: string, instanceId: string, ttlSeconds: number, now: Date): string {
  const expiresAt = Math.floor(now.getTime() / 1000) + ttlSeconds;
  return Buffer.from(`${expiresAt}.${sign(secret, instanceId, expiresAt)}`).toString("base64url");
}

export function isValidToken(secret: string, instanceId: string, token: string, now: Date): boolean {
  const [expires = "", signature = ""] = Buffer.from(token, "base64url").toString("latin1").split(".");
  const expected = sign(secret, instanceId, Number(expires));
  const genuine =
    signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
  return genuine && Number(expires) * 1000 > now.getTime();
}

function sign(secret: string, instanceId: string, expiresAt: number): string {
  return createHmac("sha256", secret).update(`imds ${instanceId} ${expiresAt}`).digest("hex");
}
