import { untranslated } from "../../text.ts";
import type { DoctorCheck } from "./probes.ts";

/** Load balancers listen on loopback addresses of their own; a program on port 80 of every address takes them, too. */
const address = "127.0.5.254";

export const ports: DoctorCheck = async (probes) => {
  const name = "ports";
  const title = { en: "Port 80 of the loopback addresses 127.0.5.x", ja: "ループバック 127.0.5.x の 80 番ポート" };
  const why = await probes.whyNotListening(address, 80);
  // Only root may try ports below 1024; the Docker engine is root.
  const free = why === undefined || why === "EACCES" || probes.platform !== "linux";
  return {
    name,
    title,
    status: free ? "ok" : "failed",
    observed: free ? { en: "free", ja: "使用可能" } : untranslated(why),
    fix: [
      {
        en: "ss -ltnp 'sport = :80' names the program: stop it",
        ja: "ss -ltnp 'sport = :80' で使用中のプログラムを調べて停止",
      },
    ],
  };
};
