import type { Session } from "../engine/session.ts";
import type { StepName } from "../steps/names.ts";
import { keepCertificate, useCertificate, wantedCertificate, type WantedCertificate } from "./certificate.ts";
import type { Invocation } from "./command.ts";
import { keepExpiry, useExpiry, wantedExpiry, type WantedExpiry } from "./expiry.ts";
import {
  keepLoadBalancer,
  loadBalancerOf,
  requireRules,
  useLoadBalancer,
  wantedLoadBalancer,
} from "./load-balancer.ts";
import type { Known } from "./stack-session.ts";

/** What a command sets beside its steps; undefined where nothing was said, so that it stays as it is. */
export interface Wanted {
  readonly expiry: WantedExpiry | undefined;
  readonly certificate: WantedCertificate | undefined;
  readonly loadBalancer: ReturnType<typeof wantedLoadBalancer>;
}

/** Needs the state and what was said, nothing else: a command refuses by it before anything is reached. */
export function wantedOf(invocation: Invocation, known: Known, last?: StepName): Wanted {
  const expiry = wantedExpiry(invocation, known);
  const certificate = wantedCertificate(invocation, known);
  const loadBalancer = wantedLoadBalancer(invocation, known.state);
  if (last === "static-site") requireRules({ loadBalancer: loadBalancerOf(invocation, known.state) });
  return { expiry, certificate, loadBalancer };
}

/** From here on the steps see it; nothing is written yet. */
export function useWanted(session: Session, { expiry, certificate, loadBalancer }: Wanted): void {
  useExpiry(session, expiry);
  useCertificate(session, certificate);
  useLoadBalancer(session, loadBalancer);
}

/** Written before anything is made, so that a run that is cut short goes on to the same end. */
export async function keepWanted(session: Session, { expiry, certificate, loadBalancer }: Wanted): Promise<void> {
  await keepExpiry(session, expiry);
  await keepCertificate(session, certificate);
  await keepLoadBalancer(session, loadBalancer);
}
