import { invalid } from "./errors.ts";

/** Those that the sandbox has; AWS has more, which belong to what is not here. */
const processes = ["AZRebalance", "HealthCheck", "Launch", "ReplaceUnhealthy", "ScheduledActions", "Terminate"];

/** All when none is named. */
export function processesFrom(names: readonly string[] | undefined): string[] {
  if (!names?.length) return processes;
  const unknown = names.find((name) => !processes.includes(name));
  if (unknown !== undefined) throw invalid(`The sandbox has no process '${unknown}', only ${processes.join(", ")}`);
  return [...names];
}
