import type { CreateTargetGroupCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { invalid } from "./errors.ts";
import type { HealthCheckSettings } from "./store.ts";

type Request = Pick<
  CreateTargetGroupCommandInput,
  | "HealthCheckEnabled"
  | "HealthCheckIntervalSeconds"
  | "HealthCheckPath"
  | "HealthCheckPort"
  | "HealthCheckProtocol"
  | "HealthCheckTimeoutSeconds"
  | "HealthyThresholdCount"
  | "Matcher"
  | "UnhealthyThresholdCount"
>;

type Family = "HTTP" | "TCP";

/** What ELB does when it is not told otherwise, of a group of this protocol. */
export function defaultHealthCheck(family: Family, wanted: string | undefined): HealthCheckSettings {
  if (family === "HTTP") return httpDefaults;
  if (wanted !== "HTTP") return { ...httpDefaults, protocol: "TCP", timeoutSeconds: 10 };
  return { ...httpDefaults, matcher: "200-399", timeoutSeconds: 6 };
}

const httpDefaults: HealthCheckSettings = {
  enabled: true,
  protocol: "HTTP",
  port: "traffic-port",
  path: "/",
  matcher: "200",
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
};

/** Settings with a request's changes, after checking them as ELB does. */
export function healthCheckSettings(
  request: Request,
  present: HealthCheckSettings,
  family: Family = "HTTP",
): HealthCheckSettings {
  const protocol = request.HealthCheckProtocol ?? present.protocol;
  // A plain connection is a check of network load balancers only.
  if (protocol !== "HTTP" && (family !== "TCP" || protocol !== "TCP")) {
    throw invalid(`The sandbox does not support health checks over '${protocol}'`);
  }
  if (protocol === "TCP" && (request.HealthCheckPath ?? request.Matcher)) {
    throw invalid("Health check path and matcher cannot be specified for health checks over 'TCP'");
  }
  const settings: HealthCheckSettings = {
    enabled: request.HealthCheckEnabled ?? present.enabled,
    protocol,
    port: request.HealthCheckPort ?? present.port,
    path: request.HealthCheckPath ?? present.path,
    matcher: request.Matcher?.HttpCode ?? present.matcher,
    intervalSeconds: request.HealthCheckIntervalSeconds ?? present.intervalSeconds,
    timeoutSeconds: request.HealthCheckTimeoutSeconds ?? present.timeoutSeconds,
    healthyThreshold: request.HealthyThresholdCount ?? present.healthyThreshold,
    unhealthyThreshold: request.UnhealthyThresholdCount ?? present.unhealthyThreshold,
  };
  check(settings, family);
  return settings;
}

function check(settings: HealthCheckSettings, family: Family): void {
  if (!settings.enabled)
    throw invalid("Health check enabled must be true for target groups with target type 'instance'");
  if (settings.port !== "traffic-port" && !(Number(settings.port) >= 1 && Number(settings.port) <= 65_535)) {
    throw invalid(`Health check port '${settings.port}' must be 'traffic-port' or a port number`);
  }
  // Printable ASCII without spaces: it becomes a request's first line.
  if (!/^\/[!-~]{0,1023}$/.test(settings.path)) throw invalid(`Health check path '${settings.path}' is not valid`);
  checkRange("Health check interval", settings.intervalSeconds, 5, 300);
  checkRange("Health check timeout", settings.timeoutSeconds, 2, 120);
  checkRange("Healthy threshold count", settings.healthyThreshold, 2, 10);
  checkRange("Unhealthy threshold count", settings.unhealthyThreshold, 2, 10);
  if (settings.timeoutSeconds >= settings.intervalSeconds) {
    throw invalid(
      `Health check timeout '${settings.timeoutSeconds}' must be smaller than the interval '${settings.intervalSeconds}'`,
    );
  }
  const codes = settings.matcher.split(/[,-]/).map(Number);
  const most = family === "HTTP" ? 499 : 599;
  if (!/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/.test(settings.matcher) || codes.some((code) => code < 200 || code > most)) {
    throw invalid(`Health check matcher HTTP code '${settings.matcher}' must be within '200-${most}'`);
  }
}

function checkRange(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(`${what} '${value}' must be between ${least} and ${most}`);
}
