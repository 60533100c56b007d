import type { EngineEvent } from "../engine/events.ts";
import type { Language } from "../text.ts";
import type { Paint } from "./paint.ts";

type PartEvent<Type extends EngineEvent["type"]> = Extract<EngineEvent, { type: Type }>;

export function partOffLine(event: PartEvent<"part.off">, language: Language, paint: Paint): string {
  const text = language === "ja" ? `一時的に無効化: ${event.part.ja}` : `off for a moment: ${event.part.en}`;
  return `  ${paint("yellow", `- ${text}`)}`;
}

export function partOnLine(event: PartEvent<"part.on">, language: Language, paint: Paint): string {
  if (event.leftSince === undefined) {
    const text = language === "ja" ? `元に戻しました: ${event.part.ja}` : `restored: ${event.part.en}`;
    return `  ${paint("green", `+ ${text}`)}`;
  }
  const text =
    language === "ja"
      ? `中断したコマンドの後始末をしました: ${event.part.ja}`
      : `Restored what an interrupted command had left: ${event.part.en}`;
  return paint("green", `+ ${text}`);
}

export function partLeftLine(event: PartEvent<"part.left">, language: Language, paint: Paint): string {
  const text =
    language === "ja"
      ? `元に戻せませんでした: ${event.part.ja} (${event.reason.ja})。次の lecture05 コマンドで再試行します`
      : `could not be restored: ${event.part.en} (${event.reason.en}); the next lecture05 command tries again`;
  return `  ${paint("red", `! ${text}`)}`;
}
