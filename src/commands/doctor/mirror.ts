import { untranslated } from "../../text.ts";
import type { DoctorCheck } from "./probes.ts";

export const mirror: DoctorCheck = async (probes) => {
  const url = await probes.mirror();
  const answer = await probes.httpStatus(`${url}/dists/trixie/InRelease`);
  return {
    name: "mirror",
    title: { en: "Debian's package mirror", ja: "Debian のパッケージミラー" },
    status: answer === 200 ? "ok" : "failed",
    observed: untranslated(`${url}: ${answer}`),
    fix: [
      {
        en: "Check the network; behind a proxy set http_proxy and https_proxy",
        ja: "ネットワークを確認してください。プロキシ環境では http_proxy と https_proxy を設定",
      },
    ],
  };
};
