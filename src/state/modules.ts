import type { ModuleRecord, ModuleSet, State } from "./schema.ts";

// Hosts of a stack are made alike, so what is installed is written once with the hosts that have it: 1,000 hosts with
// 330 packages each are 330 entries in the file, not 330,000. No zod here, as in read.ts.

/** Every module on every host. */
export function modulesOf({ modules }: Pick<State, "modules">): ModuleRecord[] {
  return modules.flatMap(({ instances, installed }) =>
    instances.flatMap((instanceId) => installed.map((module) => ({ ...module, instanceId }))),
  );
}

/** The same records, each list that hosts have in common once. */
export function groupModules(records: readonly ModuleRecord[]): ModuleSet[] {
  const byHost = new Map<string, ModuleSet["installed"]>();
  for (const { instanceId, ...module } of records) {
    const installed = byHost.get(instanceId);
    if (installed) installed.push(module);
    else byHost.set(instanceId, [module]);
  }
  const sets = new Map<string, ModuleSet>();
  for (const [instanceId, installed] of byHost) {
    const key = JSON.stringify(installed);
    const set = sets.get(key);
    if (set) set.instances.push(instanceId);
    else sets.set(key, { instances: [instanceId], installed });
  }
  return [...sets.values()];
}

/** How many modules were asked for and how many came with them, over all hosts; of one step, or of all. */
export function countModules(
  { modules }: Pick<State, "modules">,
  step?: ModuleRecord["step"],
): { requested: number; pulledIn: number } {
  const counts = { requested: 0, pulledIn: 0 };
  for (const { instances, installed } of modules) {
    for (const module of installed) {
      if (step !== undefined && module.step !== step) continue;
      counts[module.requested ? "requested" : "pulledIn"] += instances.length;
    }
  }
  return counts;
}
