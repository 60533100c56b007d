import { parseProbes } from "../remote/probes.ts";
import type { HostFacts } from "./topology.ts";

/** What `readHostFacts` printed. */
export function parseHostFacts(stdout: string): HostFacts {
  const found = parseProbes(stdout);
  const part = (name: string) => {
    const version = found[name];
    return version ? { [name]: { version, active: found[`${name}_active`] === "active" } } : {};
  };
  const text = (name: "rails" | "ruby" | "socket" | "database") => (found[name] ? { [name]: found[name] } : {});
  return {
    ...part("nginx"),
    ...part("puma"),
    ...text("rails"),
    ...text("ruby"),
    ...text("socket"),
    ...text("database"),
    listening: (found.listening ?? "").split(" ").filter(Boolean),
  };
}
