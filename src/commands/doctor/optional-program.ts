import type { LocalizedText } from "../../text.ts";
import { untranslated } from "../../text.ts";
import type { DoctorCheck } from "./probes.ts";

/** A program that is good to have; without it everything of the lecture works. */
const optionalProgram =
  (name: string, programs: readonly string[], debianPackage: string, title: LocalizedText): DoctorCheck =>
  async (probes) => {
    const found = programs.map((program) => probes.findProgram(program)).find((path) => path !== undefined);
    return {
      name,
      title,
      status: found ? "ok" : "warning",
      observed: found ? untranslated(found) : { en: "not there", ja: "なし" },
      fix: [`sudo apt-get install ${debianPackage}`],
    };
  };

export const awscli = optionalProgram("awscli", ["aws"], "awscli", {
  en: "AWS CLI (optional)",
  ja: "AWS CLI (任意)",
});

export const chromium = optionalProgram("chromium", ["chromium", "chromium-browser", "google-chrome"], "chromium", {
  en: "Chromium, for pictures of the page (optional)",
  ja: "Chromium (任意、画面の記録用)",
});
