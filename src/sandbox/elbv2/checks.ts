import { invalid, missing } from "./errors.ts";

export function checkName(kind: "Load balancer" | "Target group", name: string | undefined): string {
  if (!name) throw missing("name");
  if (name.length > 32) throw invalid(`${kind} name '${name}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    throw invalid(`${kind} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`);
  }
  if (name.startsWith("-") || name.endsWith("-")) {
    throw invalid(`${kind} name '${name}' cannot begin or end with characters '-'`);
  }
  if (kind === "Load balancer" && name.startsWith("internal-")) {
    throw invalid(`${kind} name '${name}' cannot begin with 'internal-'`);
  }
  return name;
}

export function checkPort(port: number | undefined): number {
  if (port === undefined) throw missing("port");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid(`Port '${port}' is not between 1 and 65535`);
  return port;
}

export function checkPriority(priority: number | undefined): number {
  if (priority === undefined) throw missing("priority");
  if (!Number.isInteger(priority) || priority < 1 || priority > 50_000) {
    throw invalid(`Priority '${priority}' must be between 1 and 50000`);
  }
  return priority;
}
