import type { DrillRecord } from "../drill/record.ts";
import { drillSvg } from "../drill/svg-picture.ts";
import { eventText, figureRows, pictureTitle } from "../drill/words.ts";
import type { Language } from "../text.ts";
import type { Block, Picture } from "./document.ts";
import { heading, moment, type Say } from "./words.ts";

export interface DrawnDrill {
  readonly record: DrillRecord;
  readonly picture: Picture;
}

export function drawDrill(record: DrillRecord, language: Language): DrawnDrill {
  const alt = pictureTitle(record)[language];
  return { record, picture: { file: `drill-${record.kind}.svg`, alt, data: drillSvg(record, language) } };
}

/** What failed on purpose, what visitors saw of it, and how long it took until all was well; nothing where none ran. */
export function drillsSection(drills: readonly DrawnDrill[], say: Say, language: Language): Block[] {
  if (drills.length === 0) return [];
  return [
    heading(2, "drills", say({ en: "Drills", ja: "障害訓練" })),
    ...drills.flatMap(({ record, picture }): Block[] => {
      const event = say(eventText(record));
      return [
        heading(3, `drill-${record.kind}`, event),
        {
          kind: "facts",
          rows: [[say({ en: "When", ja: "日時" }), moment(record.startedAt)], ...figureRows(record, language)],
        },
        { kind: "picture", picture, caption: picture.alt },
      ];
    }),
  ];
}
