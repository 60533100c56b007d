import { untranslated } from "../../text.ts";
import type { DoctorCheck } from "./probes.ts";

const needed = [20, 19] as const;

export const nodeVersion: DoctorCheck = async ({ nodeVersion }) => {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, "").split(".").map(Number);
  const ok = major > needed[0] || (major === needed[0] && minor >= needed[1]);
  return {
    name: "node-version",
    title: { en: "Node.js 20.19 or newer", ja: "Node.js 20.19 以降" },
    status: ok ? "ok" : "failed",
    observed: untranslated(nodeVersion),
    fix: ["https://nodejs.org"],
  };
};
