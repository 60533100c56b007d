import type { DeployRecord } from "../state/deployment.ts";
import type { LocalizedText } from "../text.ts";

/** What became of a deploy, in a few words. */
export const outcomeText: Readonly<Record<DeployRecord["outcome"], LocalizedText>> = {
  done: { en: "done", ja: "完了" },
  "went-back": { en: "a check failed, back on the release before", ja: "動作確認に失敗し、元のリリースに戻した" },
  failed: { en: "failed", ja: "失敗" },
  interrupted: { en: "interrupted", ja: "中断" },
};

/** "deploy 2026-11-30 18:00 UTC: 0123456789ab → ba9876543210, done" */
export function recordText({ command, from, to, finishedAt, outcome }: DeployRecord): LocalizedText {
  const time = `${finishedAt.slice(0, 16).replace("T", " ")} UTC`;
  const { en, ja } = outcomeText[outcome];
  return {
    en: `last ${command} ${time}: release ${from} → ${to}, ${en}`,
    ja: `直近の ${command} ${time}: リリース ${from} → ${to} (${ja})`,
  };
}
