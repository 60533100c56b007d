import type { LocalizedText } from "../text.ts";
import type { ReportStage } from "./data.ts";
import type { Block } from "./document.ts";

/** What all sections of the report are written with. */
export type Say = (words: LocalizedText) => string;

export const heading = (level: 2 | 3, id: string, text: string): Block => ({ kind: "heading", level, id, text });
export const paragraph = (text: string): Block => ({ kind: "paragraph", text });

/** "2026-04-01 09:30:00 UTC" */
export const moment = (iso: string | undefined): string => (iso ? `${iso.slice(0, 19).replace("T", " ")} UTC` : "-");

export const statusWords: Readonly<Record<ReportStage["record"]["status"], LocalizedText>> = {
  pending: { en: "not done", ja: "未実施" },
  running: { en: "running", ja: "実行中" },
  done: { en: "done", ja: "完了" },
  failed: { en: "failed", ja: "失敗" },
  stale: { en: "needs another run", ja: "要再実行" },
};
