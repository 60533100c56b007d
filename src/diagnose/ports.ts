import type { HostFacts } from "./host-facts.ts";

/** Who listens on a TCP port of the host. */
export interface Listening {
  readonly line: string;
  /** "0.0.0.0", "[::]", "127.0.0.1", "*" */
  readonly address: string;
  readonly port: number;
  /** "ruby (pid 123, rogue.service)", as far as ss could tell. */
  readonly process: string;
  /** The systemd unit, when its name is known. */
  readonly unit: string | undefined;
}

/** The lines of `ss -ltnpH --cgroup`. */
export function listening(facts: HostFacts): Listening[] {
  return facts.lines("ports").flatMap((line) => {
    const [, address, port] = /^LISTEN +\d+ +\d+ +(\S+):(\d+) /.exec(line) ?? [];
    if (!address || !port) return [];
    const [, name, pid] = /users:\(\("([^"]*)",pid=(\d+)/.exec(line) ?? [];
    const [, unit] = /cgroup:\S*\/([^/\s]+\.(?:service|scope))/.exec(line) ?? [];
    const known = [pid && `pid ${pid}`, unit].filter(Boolean).join(", ");
    return [{ line, address, port: Number(port), process: `${name ?? "a process"} (${known || "unknown"})`, unit }];
  });
}

const everywhere = new Set(["0.0.0.0", "*", "[::]"]);

/** True when the port is open to other machines. */
export const isOpen = ({ address }: Listening, privateIp: string): boolean =>
  everywhere.has(address) || address === privateIp;
