import { untranslated } from "../../text.ts";
import type { DoctorCheck } from "./probes.ts";

/** Only a help: what apt would install can come from elsewhere. */
export const apt: DoctorCheck = async (probes) => {
  const found = probes.findProgram("apt-get");
  return {
    name: "apt",
    title: { en: "apt, to install what is missing", ja: "apt (不足パッケージのインストール用)" },
    status: found !== undefined || probes.platform !== "linux" ? "ok" : "warning",
    observed: found ? untranslated(found) : { en: "none", ja: "なし" },
    fix: [
      {
        en: "Install the Docker engine with your system's package manager",
        ja: "お使いの OS のパッケージマネージャーで Docker エンジンをインストールしてください",
      },
    ],
  };
};
