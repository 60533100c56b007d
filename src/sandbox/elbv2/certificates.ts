import { createHash } from "node:crypto";
import { findCertificate } from "../acm/find.ts";
import type { SecretFile } from "../runtime.ts";
import type { World } from "../world.ts";
import { listenersOf, type LoadBalancerRecord } from "./store.ts";

/**
 * A certificate with its chain and key as HAProxy reads them. Named by its contents, so that one that was imported again
 * is a new file, and with it a new configuration.
 */
export function certificateFile(world: World, arn: string): SecretFile | undefined {
  const { certificate, chain = "", privateKey } = findCertificate(world, arn) ?? {};
  if (certificate === undefined || privateKey === undefined) return undefined;
  const digest = createHash("sha256").update(certificate).update(chain).digest("hex").slice(0, 32);
  const content = [certificate, chain, privateKey]
    .map((part) => part.trim())
    .filter(Boolean)
    .join("\n");
  return { path: `/etc/haproxy/certificates/${digest}.pem`, content: `${content}\n` };
}

/** Those that a load balancer's listeners serve. */
export function certificateFiles(world: World, { arn }: LoadBalancerRecord): SecretFile[] {
  const arns = listenersOf(world.elbv2, arn).flatMap(({ certificateArn }) => certificateArn ?? []);
  return [...new Set(arns)].flatMap((certificateArn) => certificateFile(world, certificateArn) ?? []);
}
