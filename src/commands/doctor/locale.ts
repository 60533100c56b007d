import { untranslated } from "../../text.ts";
import type { DoctorCheck } from "./probes.ts";

export const locale: DoctorCheck = async ({ env, platform }) => {
  const value = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  const ok = platform === "win32" || /utf-?8/i.test(value);
  return {
    name: "locale",
    title: { en: "UTF-8 locale", ja: "UTF-8 のロケール" },
    status: ok ? "ok" : "warning",
    observed: untranslated(value || "C"),
    fix: ["export LANG=C.UTF-8"],
  };
};
