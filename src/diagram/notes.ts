import type { Scene } from "./scene.ts";

/** What stands below the picture: each contradiction in the order of its number, else that there is none; the legend. */
export function noteLines({ contradictions, language, arrows }: Scene): string[] {
  const found = contradictions.map(({ subject, text: words }) => `${subject}: ${words[language]}`);
  const legend =
    language === "ja"
      ? "実線: 動作確認済みの経路  破線: 未確認の経路"
      : "Solid arrows: proved path. Dashed arrows: not proved.";
  const none = language === "ja" ? "矛盾は見つかりませんでした" : "No contradiction found";
  return [...(found.length > 0 ? found : [none]), ...(arrows.length > 0 ? [legend] : [])];
}
