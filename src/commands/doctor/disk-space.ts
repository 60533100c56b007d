import { Lecture05Error } from "../../errors.ts";
import { untranslated } from "../../text.ts";
import type { DoctorCheck } from "./probes.ts";

const neededGib = 4;
const gib = 1024 ** 3;

/** Images, the hosts' packages and gems, and room for a second host. */
export const diskSpace: DoctorCheck = async (probes) => {
  const engine = await probes.engine();
  const directories = [probes.home];
  if (!(engine instanceof Lecture05Error) && probes.platform === "linux") directories.unshift(engine.rootDirectory);
  const seen: string[] = [];
  let least = Infinity;
  for (const directory of directories) {
    const bytes = await probes.freeBytes(directory);
    if (bytes === undefined) continue;
    least = Math.min(least, bytes);
    seen.push(`${directory}: ${(bytes / gib).toFixed(1)} GiB`);
  }
  return {
    name: "disk-space",
    title: { en: `${neededGib} GiB of disk space`, ja: `ディスクの空き ${neededGib} GiB` },
    status: least >= neededGib * gib ? "ok" : "failed",
    observed: untranslated(seen.join(", ")),
    fix: ["docker system df", "docker system prune"],
  };
};
