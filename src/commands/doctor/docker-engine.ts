import { Lecture05Error } from "../../errors.ts";
import { untranslated } from "../../text.ts";
import type { DoctorCheck } from "./probes.ts";

/** The engine's API since 20.10; older ones lack private cgroup namespaces. */
const neededMajor = 20;

export const dockerEngine: DoctorCheck = async (probes) => {
  const name = "docker-engine";
  const title = { en: "Docker engine", ja: "Docker エンジン" };
  const engine = await probes.engine();
  if (engine instanceof Lecture05Error) {
    const repairable = probes.platform === "linux" && probes.isRoot && !isPermission(engine);
    const missing = ["dockerd", "iptables"].filter((program) => probes.findProgram(program) === undefined);
    return {
      name,
      title,
      status: "failed",
      observed: engine.detail.why ?? engine.detail.what,
      fix: engine.detail.next ?? [],
      ...(repairable
        ? {
            repair: async (repairs) => {
              if (missing.length > 0) {
                await repairs.installPackages(
                  missing.map((program) => (program === "dockerd" ? "docker.io" : program)),
                );
              }
              await repairs.startDocker();
            },
          }
        : {}),
    };
  }
  const { serverVersion, apiVersion, operatingSystem, cgroupVersion } = engine;
  return {
    name,
    title,
    status: Number(serverVersion.split(".")[0]) >= neededMajor ? "ok" : "failed",
    observed: untranslated(`${serverVersion} (API ${apiVersion}, cgroup v${cgroupVersion || "?"}, ${operatingSystem})`),
    fix: [{ en: "Install Docker 20.10 or newer", ja: "Docker 20.10 以降をインストールしてください" }],
  };
};

function isPermission(error: Lecture05Error): boolean {
  const code = (error.detail.cause as NodeJS.ErrnoException | undefined)?.code;
  return code === "EACCES" || code === "EPERM";
}
