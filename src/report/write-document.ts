import type { Language } from "../text.ts";
import type { ReportData } from "./data.ts";
import type { ReportDocument } from "./document.ts";
import { deploysSection } from "./deploys-section.ts";
import { drillsSection } from "./drills-section.ts";
import { costSection, endSection } from "./end-section.ts";
import { diagramSection, summary } from "./overview-section.ts";
import type { Pictures } from "./pictures.ts";
import { setbacksSection } from "./setbacks-section.ts";
import { stageSection } from "./stage-section.ts";
import { heading, type Say } from "./words.ts";
import { modulesSection, workSection } from "./work-section.ts";

/** Says what the data says, in one language. Adds no number of its own. */
export function writeDocument(data: ReportData, pictures: Pictures, language: Language): ReportDocument {
  const say: Say = (words) => words[language];
  return {
    language,
    title: say({ en: `Lecture 5: ${data.stack}`, ja: `第 5 回課題: ${data.stack}` }),
    blocks: [
      ...summary(data, say, language),
      ...diagramSection(data, pictures, say),
      heading(2, "stages", say({ en: "Stages", ja: "各段階の動作確認" })),
      ...data.stages.flatMap((stage, index) => stageSection(data, stage, index, pictures, say, language)),
      ...modulesSection(data, say),
      ...workSection(data, pictures, say, language),
      ...setbacksSection(data, say),
      ...deploysSection(data, say, language),
      ...drillsSection(pictures.drills, say, language),
      ...costSection(data, say),
      ...endSection(data, say),
    ],
  };
}
