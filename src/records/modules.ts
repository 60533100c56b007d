import type { InstalledModule, ModuleRecord } from "../state/schema.ts";
import type { StepName } from "../steps/names.ts";

/** A module as a host reports it, with the step that brought it where the host remembers. */
export type ReportedModule = InstalledModule & { readonly step?: StepName };

const keyOf = (module: InstalledModule): string => `${module.instanceId} ${module.manager} ${module.name}`;

/**
 * The module records after a step: what earlier steps brought stays theirs (at the version that is there now), what is
 * new belongs to the step that the host names, else to this one, and what is gone from the host is gone from the record.
 */
export function recordModules(
  recorded: readonly ModuleRecord[],
  present: readonly ReportedModule[],
  step: StepName,
): ModuleRecord[] {
  const owner = new Map(recorded.map((module) => [keyOf(module), module.step]));
  const hosts = new Set(present.map((module) => module.instanceId));
  const elsewhere = recorded.filter((module) => !hosts.has(module.instanceId));
  return [
    ...elsewhere,
    ...present.map((module) => ({ ...module, step: owner.get(keyOf(module)) ?? module.step ?? step })),
  ];
}
