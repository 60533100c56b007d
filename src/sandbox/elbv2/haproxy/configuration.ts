import { backends, type GroupModel } from "./backend.ts";
import { errorPageLines } from "./error-pages.ts";
import { frontend, type FrontendOptions, type ListenerModel } from "./frontend.ts";

export interface LoadBalancerModel extends FrontendOptions {
  readonly idleTimeoutSeconds: number;
  readonly listeners: readonly ListenerModel[];
  readonly groups: readonly GroupModel[];
}

/** An application load balancer in HAProxy's words. Pure; the same model always gives the same text. */
export function haproxyConfiguration(model: LoadBalancerModel): string {
  const listeners = [...model.listeners].sort((one, other) => one.port - other.port);
  const sections = [
    defaults(model.idleTimeoutSeconds),
    // HAProxy does not start without any; nobody reaches this one.
    ...(listeners.length === 0 ? [["frontend idle", "  bind unix@/run/haproxy/idle.sock mode 600"]] : []),
    ...listeners.map((listener) => frontend(listener, model)),
    ...model.groups.map(backends),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function defaults(idleTimeoutSeconds: number): string[] {
  return [
    "defaults",
    "  mode http",
    "  log global",
    "  option httplog",
    // A connection without a request is nothing to log.
    "  option dontlognull",
    // A reload must not make a healthy target initial again.
    "  load-server-state-from-file global",
    // ELB keeps an idle connection when its targets change; closed by a reload, a request on its way over it would be lost.
    "  option idle-close-on-response",
    "  timeout connect 2s",
    `  timeout client ${idleTimeoutSeconds}s`,
    `  timeout server ${idleTimeoutSeconds}s`,
    `  timeout http-request ${idleTimeoutSeconds}s`,
    `  timeout http-keep-alive ${idleTimeoutSeconds}s`,
    "  retries 2",
    "  option redispatch 1",
    // Nothing of the request has reached a target then, so another one may have it whatever the method.
    "  retry-on conn-failure",
    ...errorPageLines,
  ];
}
