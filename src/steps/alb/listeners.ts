import { isListener, type Listener, type ListenerSettings, type LoadBalancerKind } from "../../ports/load-balancing.ts";
import type { Change } from "../step.ts";
import { httpsPort, port, sslPolicy } from "./settings.ts";

/** One of the load balancer's listeners; `name` is its key in the state. */
export interface WantedListener {
  readonly name: "http" | "https";
  readonly settings: ListenerSettings;
}

/**
 * Plain HTTP to the hosts; with a certificate HTTPS to them, and HTTP only to send visitors there. In the order in which
 * they can be made: nobody is sent to a port that does not answer yet.
 */
export function wantedListeners(
  targetGroupArn: string,
  certificateArn: string | undefined,
  kind: LoadBalancerKind = "alb",
): WantedListener[] {
  if (kind === "nlb") return [{ name: "http", settings: { port, protocol: "TCP", targetGroupArn } }];
  if (certificateArn === undefined) return [{ name: "http", settings: { port, protocol: "HTTP", targetGroupArn } }];
  return [
    { name: "https", settings: { port: httpsPort, protocol: "HTTPS", certificateArn, sslPolicy, targetGroupArn } },
    { name: "http", settings: { port, protocol: "HTTP", redirect: { toPort: httpsPort, status: 301 } } },
  ];
}

export const findListener = (listeners: readonly Listener[], { settings }: WantedListener): Listener | undefined =>
  listeners.find((listener) => listener.port === settings.port);

/** One that hands plain requests on to somewhere else is not taken back unasked: `diagnose` names it. */
export function isAsWanted(present: Listener, { settings }: WantedListener): boolean {
  const isForward = "targetGroupArn" in settings && settings.protocol === "HTTP";
  if (isForward && present.protocol === "HTTP" && !present.redirect) return true;
  return isListener(present, settings);
}

/** The listener for HTTPS where none is wanted any more. Others on other ports are not ours. */
export const needlessListener = (listeners: readonly Listener[], certificateArn: string | undefined) =>
  certificateArn === undefined ? listeners.find((listener) => listener.port === httpsPort) : undefined;

/** What has to be done so that they are as wanted. `targetGroupArn` is undefined before there is a group. */
export function listenerChanges(
  listeners: readonly Listener[],
  targetGroupArn: string | undefined,
  certificateArn: string | undefined,
  kind: LoadBalancerKind = "alb",
): Change[] {
  const changes = wantedListeners(targetGroupArn ?? "", certificateArn, kind).flatMap((wanted): Change[] => {
    const subject = `elbv2:listener ${wanted.name}`;
    const present = findListener(listeners, wanted);
    if (!present) return [{ action: "create", subject }];
    return isAsWanted(present, wanted) ? [] : [{ action: "update", subject, reason: reasonFor(wanted) }];
  });
  if (needlessListener(listeners, certificateArn)) changes.push({ action: "delete", subject: "elbv2:listener https" });
  return changes;
}

function reasonFor({ settings }: WantedListener): NonNullable<Change["reason"]> {
  if (settings.protocol === "HTTPS") {
    const name = settings.certificateArn.split("/").at(-1) ?? "";
    return { en: `with certificate ${name}`, ja: `証明書 ${name}` };
  }
  return "redirect" in settings
    ? {
        en: `sends visitors to https, port ${settings.redirect.toPort}`,
        ja: `https (ポート ${settings.redirect.toPort}) へ転送`,
      }
    : { en: "hands requests on to the hosts", ja: "ターゲットへ転送" };
}
