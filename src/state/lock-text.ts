import { Lecture05Error } from "../errors.ts";
import { formatDuration } from "../reporter/duration.ts";
import { untranslated, type Language, type LocalizedText } from "../text.ts";
import { isLocal, type LockHolder } from "./lock-holder.ts";

/** For whoever finds the lock held: who, since when, doing what, and what can be done about it. */
export function lockHeld(holder: LockHolder, file: string, now: Date): Lecture05Error {
  const step = holder.step === "" ? undefined : holder.step;
  return new Lecture05Error("LOCK_HELD", {
    what: {
      en: `Another lecture05 is working here: "${holder.command}"${step ? `, at step ${step}` : ""}`,
      ja: `別の lecture05 が実行中です: "${holder.command}"${step ? ` (ステップ ${step})` : ""}`,
    },
    why: {
      en: `Process ${holder.pid} on ${holder.host} holds the lock since ${sinceWhen(holder, now, "en")}`,
      ja: `${holder.host} のプロセス ${holder.pid} が ${sinceWhen(holder, now, "ja")} からロックしています`,
    },
    next: [
      {
        en: "Wait until it has finished; `lecture05 status` works meanwhile",
        ja: "終了を待ってください。`lecture05 status` は実行できます",
      },
      isLocal(holder)
        ? `kill ${holder.pid}`
        : {
            en: `That process cannot be seen from here. If it is gone for certain, remove the lock: rm "${file}"`,
            ja: `そのプロセスはここから確認できません。確実に終了している場合のみロックを削除: rm "${file}"`,
          },
    ],
  });
}

/** For the command that took the lock over from a dead one, or from a file that says nothing. */
export function takeoverNote(holder: LockHolder | undefined, now: Date): LocalizedText {
  if (!holder) {
    return {
      en: "The lock file said nothing readable; it was taken over.",
      ja: "ロックファイルの内容を読み取れなかったため、引き継ぎました。",
    };
  }
  const step = holder.step === "" ? untranslated("") : { en: `, at step ${holder.step}`, ja: `、${holder.step}` };
  return {
    en: `Took over the lock of "${holder.command}" (process ${holder.pid}${step.en}, since ${sinceWhen(holder, now, "en")}), which has died.`,
    ja: `"${holder.command}" (プロセス ${holder.pid}${step.ja}、${sinceWhen(holder, now, "ja")} から) は終了しているため、ロックを引き継ぎました。`,
  };
}

/** Local time and how long ago: "2026-11-24 12:00:00 (3 min 05 s ago)". */
function sinceWhen({ since }: LockHolder, now: Date, language: Language): string {
  const start = new Date(since);
  if (Number.isNaN(start.getTime())) return language === "ja" ? "不明な時刻" : "an unknown time";
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${start.getFullYear()}-${two(start.getMonth() + 1)}-${two(start.getDate())}`;
  const time = `${two(start.getHours())}:${two(start.getMinutes())}:${two(start.getSeconds())}`;
  const ago = formatDuration(Math.max(0, now.getTime() - start.getTime()), language);
  return `${day} ${time} (${language === "ja" ? `${ago}前` : `${ago} ago`})`;
}
