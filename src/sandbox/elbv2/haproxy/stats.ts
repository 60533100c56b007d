/** What HAProxy knows of one server ("show stat"). */
export interface ServerStats {
  readonly up: boolean;
  /** The result of the last check: INI, L4OK, L4TOUT, L4CON, L7OK, L7TOUT, L7STS, L7RSP, SOCKERR … */
  readonly check: string;
  /** HTTP status that the last check met. */
  readonly code?: number;
  /** Since it went up or down. */
  readonly secondsInState: number;
}

/** Servers with health checks, by `backend/server`. */
export function parseStats(csv: string): Map<string, ServerStats> {
  const [header = "", ...rows] = csv.split("\n");
  const columns = header.replace(/^# /, "").split(",");
  const servers = new Map<string, ServerStats>();
  for (const row of rows) {
    const cells = row.split(",");
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? "";
    // A star says that a check is under way; the rest is the result before it.
    const check = cell("check_status").replace(/^\* /, "");
    const server = cell("svname");
    if (!check || server === "BACKEND" || server === "FRONTEND") continue;
    const code = Number(cell("check_code"));
    servers.set(`${cell("pxname")}/${server}`, {
      up: !cell("status").startsWith("DOWN"),
      check,
      ...(code > 0 ? { code } : {}),
      secondsInState: Number(cell("lastchg")),
    });
  }
  return servers;
}

export const hasPassed = (stats: ServerStats | undefined): boolean => /^L\dOKC?$/.test(stats?.check ?? "");
