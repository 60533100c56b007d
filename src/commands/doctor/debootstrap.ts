import type { DoctorCheck } from "./probes.ts";
import { untranslated } from "../../text.ts";

/** Builds the base image from Debian packages; needed only where no container registry answers. */
export const debootstrap: DoctorCheck = async (probes) => {
  const name = "debootstrap";
  const title = { en: "debootstrap, or a container registry", ja: "debootstrap またはコンテナレジストリ" };
  const found = probes.findProgram("debootstrap");
  if (found) return { name, title, status: "ok", observed: untranslated(found) };
  if (await probes.registryAnswers()) {
    return { name, title, status: "ok", observed: { en: "a registry answers", ja: "レジストリに接続できます" } };
  }
  return {
    name,
    title,
    status: "failed",
    observed: { en: "neither", ja: "どちらもありません" },
    fix: ["sudo apt-get install debootstrap"],
    ...(probes.platform === "linux" && probes.isRoot && probes.findProgram("apt-get")
      ? { repair: (repairs) => repairs.installPackages(["debootstrap"]) }
      : {}),
  };
};
