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
