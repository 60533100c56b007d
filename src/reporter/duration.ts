import type { Language } from "../text.ts";

/** A duration for people: "0.4 s", "12 s", "3 min 05 s", "2 h 04 min". */
export function formatDuration(durationMs: number, language: Language): string {
  const units = language === "ja" ? { s: " 秒", min: " 分", h: " 時間" } : { s: " s", min: " min", h: " h" };
  if (durationMs < 9950) return `${(durationMs / 1000).toFixed(1)}${units.s}`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds}${units.s}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${units.min} ${twoDigits(seconds % 60)}${units.s}`;
  return `${Math.floor(minutes / 60)}${units.h} ${twoDigits(minutes % 60)}${units.min}`;
}

/** As a guess is told: without false precision. "about 8 s", "about 1 min 20 s", "about 12 min". */
export function formatAbout(durationMs: number, language: Language): string {
  const seconds = durationMs / 1000;
  const grain = seconds < 10 ? 1 : seconds < 60 ? 5 : seconds < 600 ? 10 : 60;
  const rounded = Math.max(1, Math.round(seconds / grain) * grain);
  const units = language === "ja" ? { s: " 秒", min: " 分" } : { s: " s", min: " min" };
  const [minutes, rest] = [Math.floor(rounded / 60), rounded % 60];
  const parts = [...(minutes > 0 ? [`${minutes}${units.min}`] : []), ...(rest > 0 ? [`${rest}${units.s}`] : [])];
  return `${language === "ja" ? "約 " : "about "}${parts.join(" ")}`;
}

/** The time so far, and how long it takes as a rule when that is known. */
export function elapsedText(elapsedMs: number, expectedMs: number | undefined, language: Language): string {
  const elapsed = formatDuration(elapsedMs, language);
  if (expectedMs === undefined) return elapsed;
  const about = formatAbout(expectedMs, language);
  // Later than usual is no mistake, but "2 min of 1 min" would look like one.
  if (elapsedMs > expectedMs * 1.1) {
    return language === "ja" ? `${elapsed}、通常は${about}` : `${elapsed}, usually ${about}`;
  }
  return language === "ja" ? `${elapsed} / ${about}` : `${elapsed} of ${about}`;
}

const twoDigits = (value: number): string => String(value).padStart(2, "0");
