/**
 * The servers of one configuration that another one, in which their backend goes on, does not have: `backend/server`.
 * Connections of clients that stay with the worker before a reload must not lead to them any more.
 */
export function leavingServers(before: string, after: string): string[] {
  const remaining = serversOf(after);
  return [...serversOf(before)].flatMap(([backend, servers]) => {
    const kept = remaining.get(backend);
    return kept ? [...servers].filter((server) => !kept.has(server)).map((server) => `${backend}/${server}`) : [];
  });
}

function serversOf(configuration: string): Map<string, Set<string>> {
  const backends = new Map<string, Set<string>>();
  let servers = new Set<string>();
  for (const line of configuration.split("\n")) {
    const [, backend] = /^backend (\S+)/.exec(line) ?? [];
    if (backend !== undefined) backends.set(backend, (servers = new Set()));
    const [, server] = /^ {2}server (\S+)/.exec(line) ?? [];
    if (server !== undefined) servers.add(server);
  }
  return backends;
}
