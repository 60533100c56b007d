import type { Colour } from "../../reporter/paint.ts";
import type { StepRecord } from "../../state/schema.ts";
import type { LocalizedText } from "../../text.ts";

/**
 * A step's status for people. The signs are of one column on every terminal: "…" and "·" are two where East Asian
 * ambiguous characters are wide.
 */
export const statusWords: Readonly<Record<StepRecord["status"], readonly [Colour, string, LocalizedText]>> = {
  pending: ["dim", "-", { en: "not done", ja: "未実施" }],
  running: ["cyan", ">", { en: "running", ja: "実行中" }],
  done: ["green", "✓", { en: "done", ja: "完了" }],
  failed: ["red", "✗", { en: "failed", ja: "失敗" }],
  stale: ["yellow", "!", { en: "needs another run", ja: "要再実行" }],
};

export const statusText = (status: StepRecord["status"]): LocalizedText => statusWords[status][2];
