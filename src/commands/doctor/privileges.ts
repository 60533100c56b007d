import { untranslated } from "../../text.ts";
import type { DoctorCheck } from "./probes.ts";

/** Only Linux: Docker Desktop runs as the user. */
export const privileges: DoctorCheck = async (probes) => {
  const name = "privileges";
  const title = { en: "Root, or a member of group docker", ja: "root または docker グループ" };
  if (probes.platform !== "linux") return { name, title, status: "ok", observed: untranslated("Docker Desktop") };
  if (probes.isRoot) return { name, title, status: "ok", observed: untranslated("root") };
  const groups = await probes.groups();
  if (groups.includes("docker")) return { name, title, status: "ok", observed: untranslated("docker") };
  return {
    name,
    title,
    // A socket of one's own (rootless Docker, DOCKER_HOST) needs neither; docker-engine says whether it works.
    status: probes.env.DOCKER_HOST ? "warning" : "failed",
    observed: untranslated(groups.join(" ")),
    fix: [
      { en: "sudo usermod -aG docker $USER, then log in again", ja: "sudo usermod -aG docker $USER の後、再ログイン" },
      { en: "or run it as root", ja: "または root で実行" },
    ],
  };
};
