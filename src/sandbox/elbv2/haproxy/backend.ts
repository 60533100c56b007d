import { createHash } from "node:crypto";
import { unreachedPageLine } from "./error-pages.ts";
import { quote } from "./quote.ts";

export interface HealthCheckModel {
  /** TCP: to be connected is enough. Of network load balancers only. */
  readonly protocol?: "HTTP" | "TCP";
  readonly path: string;
  /** ELB's Matcher: "200", "200-299", "200,302". */
  readonly matcher: string;
  /** A number, or "traffic-port". */
  readonly port: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface TargetModel {
  readonly ip: string;
  readonly port: number;
  /** False until it has passed a health check for the first time: it then gets no requests while others are healthy. */
  readonly admitted: boolean;
}

export interface GroupModel {
  /** The backend's name. */
  readonly name: string;
  readonly healthCheck: HealthCheckModel;
  readonly targets: readonly TargetModel[];
  readonly stickySeconds?: number;
  readonly leastRequests: boolean;
  /** Targets see the client's address as the source. Of network load balancers only. */
  readonly keepsSource?: boolean;
}

/** A target group: one backend with health checks, and one without for when none of them passes. */
export function backends(group: GroupModel): string[] {
  if (group.targets.length === 0) {
    // Without a server HAProxy answers 503, as ELB does for a group without targets.
    return [`backend ${group.name}`, "", `backend ${group.name}.open`];
  }
  return [
    `backend ${group.name}`,
    ...common(group),
    ...checkLines(group.healthCheck),
    ...group.targets.map((target) =>
      serverLine(target, ` check${checkPort(group.healthCheck)} weight ${target.admitted ? 100 : 0}`),
    ),
    "",
    `backend ${group.name}.open`,
    ...common(group),
    ...group.targets.map((target) => serverLine(target, "")),
  ];
}

/** Its address is a server's name, because the health check sends the name as Host; ELB leaves out port 80. */
export function serverName({ ip, port }: Pick<TargetModel, "ip" | "port">): string {
  return port === 80 ? ip : `${ip}:${port}`;
}

function common(group: GroupModel): string[] {
  return [
    `  balance ${group.leastRequests ? "leastconn" : "roundrobin"}`,
    ...(group.stickySeconds === undefined ? [] : [`  cookie AWSALB insert nocache maxlife ${group.stickySeconds}s`]),
    "  http-response set-var(txn.answered) bool(true)",
    '  http-after-response set-status 504 reason "Gateway Time-out" if { status 503 } !{ var(txn.answered) -m bool } { txn.sess_term_state -m beg s }',
    '  http-after-response set-status 502 reason "Bad Gateway" if { status 503 } !{ var(txn.answered) -m bool }',
    unreachedPageLine,
  ];
}

export function checkLines(check: HealthCheckModel): string[] {
  const { intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold } = check;
  const host =
    {
      "traffic-port": "%[srv_name]",
      "80": "%[srv_name,field(1,:)]",
    }[check.port] ?? `%[srv_name,field(1,:)]:${check.port}`;
  const pace = [
    `  timeout check ${timeoutSeconds}s`,
    `  default-server inter ${intervalSeconds}s rise ${healthyThreshold} fall ${unhealthyThreshold}`,
  ];
  if (check.protocol === "TCP") return pace;
  return [
    "  option httpchk",
    `  http-check send meth GET uri ${quote(check.path)} ver HTTP/1.1 hdr Host ${host} hdr User-Agent ELB-HealthChecker/2.0 hdr Accept-Encoding "gzip, compressed"`,
    `  http-check expect status ${check.matcher}`,
    ...pace,
  ];
}

export const checkPort = ({ port }: HealthCheckModel): string => (port === "traffic-port" ? "" : ` port ${port}`);

function serverLine(target: TargetModel, options: string): string {
  // The cookie must not tell an address of the VPC.
  const cookie = createHash("sha256").update(serverName(target)).digest("hex").slice(0, 16);
  return `  server ${serverName(target)} ${target.ip}:${target.port} cookie ${cookie}${options}`;
}
