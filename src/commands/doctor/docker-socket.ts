import { untranslated } from "../../text.ts";
import type { DoctorCheck } from "./probes.ts";

const socket = "/var/run/docker.sock";

/** May this user write to the engine's socket? Says so even where the engine itself is down. */
export const dockerSocket: DoctorCheck = async (probes) => {
  const name = "docker-socket";
  const title = { en: "Permission on Docker's socket", ja: "Docker ソケットの権限" };
  const host = probes.env.DOCKER_HOST;
  if (host && !host.startsWith("unix://")) return { name, title, status: "ok", observed: untranslated(host) };
  if (probes.platform === "win32") return { name, title, status: "ok", observed: untranslated("npipe") };
  const path = host?.slice("unix://".length) ?? socket;
  const why = await probes.whyNotWritable(path);
  return {
    name,
    title,
    status: why === undefined ? "ok" : "failed",
    observed: untranslated(why === undefined ? path : `${path}: ${why}`),
    fix: [
      { en: "sudo usermod -aG docker $USER, then log in again", ja: "sudo usermod -aG docker $USER の後、再ログイン" },
    ],
  };
};
