import { Lecture05Error } from "../../errors.ts";
import { shown } from "../../text.ts";

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "30m", "6h", "2d" back from now, or a date. Undefined when nothing was said. */
export function parseSince(value: unknown, now: Date): Date | undefined {
  if (typeof value !== "string") return undefined;
  const [, count = "", unit = ""] = /^([1-9]\d{0,5})([mhd])$/.exec(value) ?? [];
  if (count) return new Date(now.getTime() - Number(count) * (unitMs[unit] ?? 0));
  const date = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(value) ? new Date(value) : undefined;
  if (date && !Number.isNaN(date.getTime())) return date;
  throw new Lecture05Error("USAGE", {
    what: { en: `--since: "${shown(value)}" is no time`, ja: `--since: "${shown(value)}" は時刻ではありません` },
    why: {
      en: "It is how long ago (30m, 6h, 2d), or a date (2026-11-30, 2026-11-30T06:00:00Z)",
      ja: "経過時間 (30m、6h、2d) か日時 (2026-11-30、2026-11-30T06:00:00Z) を指定してください",
    },
    next: ["lecture05 logs --since 2h"],
  });
}
