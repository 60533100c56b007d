import type { RemoteScript } from "../../ports/shell.ts";
import { nginxAccessLog } from "../paths.ts";
import { remoteScript } from "../script.ts";

/** How often Nginx answered since its log was begun: all lines, and those of the load balancer's health checks. */
export function countRequests(): RemoteScript {
  return remoteScript(
    "read-requests",
    20_000,
    `
if [ -r ${nginxAccessLog} ]; then
  echo "$(wc -l <${nginxAccessLog}) $(grep -c '" "ELB-HealthChecker/' ${nginxAccessLog} || true)"
fi`,
  );
}

/** Undefined where there is no log yet. */
export function parseRequests(stdout: string): { readonly all: number; readonly healthChecks: number } | undefined {
  const [, all, healthChecks] = /^(\d+) (\d+)\s*$/.exec(stdout) ?? [];
  return all === undefined ? undefined : { all: Number(all), healthChecks: Number(healthChecks) };
}
