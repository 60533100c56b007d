import type { HealthCheck } from "../../ports/load-balancing.ts";

/** Two passes of 5 s make a host healthy soon; /up is Rails' own health page and answers without the database. */
export const healthCheck: HealthCheck = {
  path: "/up",
  matcher: "200",
  intervalSeconds: 5,
  timeoutSeconds: 4,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
};

/** Nginx's port, and the listener's. */
export const port = 80;
/** Long enough for requests under way, short enough that a removal does not take AWS's default of 5 minutes. */
export const deregistrationDelaySeconds = 30;
/** The listener for HTTPS, once there is a certificate. */
export const httpsPort = 443;
/**
 * TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers only, and key exchange that a quantum computer does not
 * undo where the client can do it: what AWS recommends and the console chooses ("Security policies for your Application
 * Load Balancer"). Asked for by name, because over the API the default is still ELBSecurityPolicy-2016-08, with TLS 1.0.
 */
export const sslPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";
/** How long AWS may take until a new listener answers everywhere. */
export const listenerTimeoutMs = 60_000;
