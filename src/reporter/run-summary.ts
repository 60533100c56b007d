import type { EngineEvent } from "../engine/events.ts";
import { sizeText } from "../records/size-text.ts";
import type { Kept } from "../steps/step.ts";
import type { Language, LocalizedText } from "../text.ts";
import { formatDuration } from "./duration.ts";
import type { Paint } from "./paint.ts";
import { padEnd } from "./width.ts";

type RunStarted = Extract<EngineEvent, { type: "run.started" }>;
type RunFinished = Extract<EngineEvent, { type: "run.finished" }>;

const commandColumns = "lecture05 destroy".length;

/** The last lines of a run: how it ended, the address, what to do next. A failure's own words follow as an error. */
export function runSummary(
  event: RunFinished,
  run: RunStarted | undefined,
  language: Language,
  paint: Paint,
): string[] {
  const time = formatDuration(event.durationMs, language);
  if (event.outcome === "interrupted") return [];
  if (event.outcome === "failed") {
    return ["", paint("red", text({ en: `Failed after ${time}`, ja: `失敗しました (${time})` }, language))];
  }
  const lines = ["", paint("green", paint("bold", text(doneText(run?.command, event, time), language)))];
  if (event.url && run?.command !== "destroy") lines.push(`  URL: ${paint("cyan", event.url)}`);
  if (event.expiresAt) {
    const time = `${event.expiresAt.slice(0, 16).replace("T", " ")} UTC`;
    const ends = {
      en: `The instances end at ${time}; the rest stays until lecture05 destroy --expired`,
      ja: `インスタンスは ${time} に終了します。残りの削除: lecture05 destroy --expired`,
    };
    lines.push(`  ${text(ends, language)}`);
  }
  for (const kept of event.kept ?? []) lines.push(`  ${text(keptText(kept), language)}`);
  if (event.certificate) {
    lines.push(`  ${text({ en: "Certificate", ja: "証明書" }, language)}: ${paint("cyan", event.certificate)}`);
  }
  for (const [command, purpose] of nextCommands(run)) {
    lines.push(`  ${paint("cyan", padEnd(command, commandColumns))}  ${paint("dim", text(purpose, language))}`);
  }
  return lines;
}

function keptText({ type, id, objects, sizeBytes, backups }: Kept): LocalizedText {
  const amount = sizeText(sizeBytes);
  return backups
    ? {
        en: `kept on purpose: ${type} ${id}, the backups (${objects} objects, ${amount}); lecture05 restore brings them back; remove them: lecture05 destroy --backups delete`,
        ja: `バックアップとして残しました: ${type} ${id} (オブジェクト ${objects} 個、${amount})。復元: lecture05 restore。削除: lecture05 destroy --backups delete`,
      }
    : {
        en: `kept by request: ${type} ${id} (${objects} objects, ${amount}); remove it later: lecture05 destroy`,
        ja: `指定により残したもの: ${type} ${id} (オブジェクト ${objects} 個、${amount})。後で削除: lecture05 destroy`,
      };
}

function doneText(command: RunStarted["command"] | undefined, event: RunFinished, time: string): LocalizedText {
  switch (command) {
    case "destroy":
      return {
        en: `Destroyed in ${time}: ${event.left ?? 0} left, $0.00/h`,
        ja: `削除が完了しました (${time}): 残り ${event.left ?? 0} 件、料金 $0.00/時`,
      };
    case "verify":
      return { en: `Verified in ${time}`, ja: `動作確認が完了しました (${time})` };
    case "adopt":
      return { en: `Adopted in ${time}`, ja: `状態を再構築しました (${time})` };
    default:
      return { en: `Done in ${time}`, ja: `完了しました (${time})` };
  }
}

const statusCommand = ["lecture05 status", { en: "what there is", ja: "現在の状態を表示" }] as const;

function nextCommands(run: RunStarted | undefined): readonly (readonly [string, LocalizedText])[] {
  if (run?.command === "adopt") {
    return [
      ["lecture05 up", { en: "put right and complete what is missing", ja: "不足分を補い、続きから実行" }],
      statusCommand,
    ];
  }
  if (run?.command !== "up" && run?.command !== "step") return [];
  return [
    statusCommand,
    ["lecture05 verify", { en: "prove it once more", ja: "もう一度動作確認" }],
    [
      "lecture05 destroy",
      run.target === "aws"
        ? { en: "remove all of it; it costs money until then", ja: "すべて削除 (それまで料金がかかります)" }
        : { en: "remove all of it", ja: "すべて削除" },
    ],
  ];
}

const text = (words: LocalizedText, language: Language): string => words[language];
