import { checkLines, checkPort, serverName, type GroupModel } from "./backend.ts";
import { tlsWords, type TlsModel } from "./frontend.ts";

export interface NetworkListenerModel {
  readonly port: number;
  /** Absent: what comes is handed on as it is. */
  readonly tls?: TlsModel;
  /** The backend of its target group. */
  readonly backend: string;
}

export interface NetworkModel {
  readonly listeners: readonly NetworkListenerModel[];
  readonly groups: readonly GroupModel[];
}

/** AWS's fixed idle time of TCP flows. */
const idleSeconds = 350;

/** A network load balancer in HAProxy's words: bytes, not requests. Pure; the same model always gives the same text. */
export function networkConfiguration({ listeners, groups }: NetworkModel): string {
  const sections = [
    [
      "defaults",
      "  mode tcp",
      "  load-server-state-from-file global",
      "  timeout connect 2s",
      `  timeout client ${idleSeconds}s`,
      `  timeout server ${idleSeconds}s`,
      // A connection that was never made has carried nothing: another target may have it.
      "  retries 2",
      "  option redispatch 1",
    ],
    ...(listeners.length === 0 ? [["frontend idle", "  bind unix@/run/haproxy/idle.sock mode 600"]] : []),
    ...[...listeners].sort((one, other) => one.port - other.port).map(frontend),
    ...groups.map(backends),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function frontend({ port, tls, backend }: NetworkListenerModel): string[] {
  return [
    `frontend listener-${port}`,
    // Without a policy for ALPN a TLS listener negotiates none.
    `  bind :${port}${tls ? tlsWords(tls, []) : ""}`,
    // It fails open: when no target is healthy, all of them are tried.
    `  use_backend ${backend}.open if { nbsrv(${backend}) eq 0 }`,
    `  default_backend ${backend}`,
  ];
}

function backends(group: GroupModel): string[] {
  if (group.targets.length === 0) return [`backend ${group.name}`, "", `backend ${group.name}.open`];
  const common = [
    "  balance roundrobin",
    // Checks are made under its own address all the same: they have no client.
    ...(group.keepsSource ? ["  source 0.0.0.0 usesrc clientip"] : []),
  ];
  const server = (target: GroupModel["targets"][number]): string =>
    `  server ${serverName(target)} ${target.ip}:${target.port}`;
  return [
    `backend ${group.name}`,
    ...common,
    ...checkLines(group.healthCheck),
    ...group.targets.map(
      (target) => `${server(target)} check${checkPort(group.healthCheck)} weight ${target.admitted ? 100 : 0}`,
    ),
    "",
    `backend ${group.name}.open`,
    ...common,
    ...group.targets.map(server),
  ];
}
