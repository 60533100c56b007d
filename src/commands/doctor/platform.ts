import type { DoctorCheck } from "./probes.ts";
import { untranslated } from "../../text.ts";

export const platform: DoctorCheck = async ({ platform }) => {
  const desktop = platform === "darwin" || platform === "win32";
  const name = { darwin: "macOS", win32: "Windows", linux: "Linux" }[platform as string] ?? platform;
  return {
    name: "platform",
    title: { en: "Operating system", ja: "OS" },
    status: platform === "linux" ? "ok" : desktop ? "warning" : "failed",
    observed: desktop
      ? { en: `${name}: the sandbox needs Docker Desktop`, ja: `${name}: サンドボックスには Docker Desktop が必要です` }
      : untranslated(name),
    fix: [
      {
        en: "Install and start Docker Desktop: https://www.docker.com/products/docker-desktop/",
        ja: "Docker Desktop をインストールして起動してください: https://www.docker.com/products/docker-desktop/",
      },
    ],
  };
};
