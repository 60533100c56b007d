import type { RealismSettings } from "../../sandbox/realism/settings.ts";
import type { LocalizedText } from "../../text.ts";

/** One line that says what to expect of a sandbox that behaves like AWS. */
export function realismText({ seed, timeScale, without }: RealismSettings): LocalizedText {
  const left = without.join(", ");
  return {
    en: `realism: aws, seed ${seed}, AWS's times × ${timeScale}${left ? `, without ${left}` : ""}`,
    ja: `realism: aws、seed ${seed}、所要時間は AWS の ${timeScale} 倍${left ? `、再現しない動作: ${left}` : ""}`,
  };
}
