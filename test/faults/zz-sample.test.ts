import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "vitest";
import { startDockerDouble } from "./support/docker-double.ts";
import { recordLegs } from "./support/legs.ts";
import { attemptsIn } from "./support/moments.ts";
import { tryPoint } from "./support/trial.ts";
import { WarmProcesses } from "./support/warm-processes.ts";
const warm = new WarmProcesses();
const socketDirectory = mkdtempSync(join(tmpdir(), "lecture05-docker-"));
const docker = await startDockerDouble(join(socketDirectory, "docker.sock"));
const recorded = await recordLegs(docker.host);
const all = attemptsIn([...recorded.ups, recorded.destroy], { seed: 1, all: false });
const every = Number(process.env.EVERY ?? 22);
const c0 = process.cpuUsage();
const t0 = performance.now();
it.concurrent.each(
  all.filter((_, i) => i % every === 0).map((a) => [`${a.leg.name}: ${a.mode} ${a.when} ${a.key}`, a] as const),
)("%s", async (name, a) => {
  const v = await tryPoint(a.leg, docker.host, a, (...w) => warm.run(...w));
  if (!v.resumed) console.log("BAD", name, JSON.stringify(v).slice(0, 600));
  const c = process.cpuUsage(c0);
  console.log("S", name, (performance.now() - t0).toFixed(0), ((c.user + c.system) / 1000).toFixed(0));
});
