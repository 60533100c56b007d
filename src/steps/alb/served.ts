import type { Certificate } from "../../ports/certificates.ts";
import type { StepContext } from "../step.ts";
import { hostNameOf } from "./dns.ts";
import { healthCheck, httpsPort, listenerTimeoutMs } from "./settings.ts";

const pollMs = 300;

/** A listener answers a moment after it was made, and does something else a moment after it was told to. */
export async function waitUntilServed(
  ctx: StepContext,
  dnsName: string,
  certificate: Certificate | undefined,
): Promise<void> {
  ctx.progress({ en: "waiting for the listeners to answer", ja: "リスナーの応答を待っています" });
  const deadline = ctx.clock.now().getTime() + listenerTimeoutMs;
  // What is wrong when they never do, the checks tell.
  while (ctx.clock.now().getTime() < deadline) {
    if (await isServed(ctx, dnsName, certificate)) return;
    await ctx.clock.sleep(pollMs);
  }
}

async function isServed(ctx: StepContext, dnsName: string, certificate: Certificate | undefined): Promise<boolean> {
  const { http } = ctx.ports;
  // Rails itself never redirects /up. One that was there before may have led elsewhere.
  const plain = await http.request(`http://${dnsName}${healthCheck.path}`);
  const location = plain.kind === "answer" && plain.status === 301 ? plain.headers["location"] : undefined;
  if (!certificate) return plain.kind === "answer" && location === undefined;
  const seen = await http.handshake(dnsName, hostNameOf(certificate.names));
  const isHttps = seen.kind === "connected" && seen.fingerprint === certificate.fingerprint;
  // The security policy is the last to take effect.
  const old = await http.handshake(dnsName, hostNameOf(certificate.names), "TLSv1.1");
  if (old.kind === "connected") return false;
  return isHttps && location === `https://${dnsName}:${httpsPort}${healthCheck.path}`;
}
