import { expect, it } from "vitest";
import { elapsedText, formatDuration } from "../../src/reporter/duration.ts";

it.each([
  [0, "0.0 s", "0.0 秒"],
  [449, "0.4 s", "0.4 秒"],
  [9_949, "9.9 s", "9.9 秒"],
  [9_950, "10 s", "10 秒"],
  [59_499, "59 s", "59 秒"],
  [59_600, "1 min 00 s", "1 分 00 秒"],
  [185_000, "3 min 05 s", "3 分 05 秒"],
  [7_440_000, "2 h 04 min", "2 時間 04 分"],
])("%i ms", (durationMs, english, japanese) => {
  expect(formatDuration(durationMs, "en")).toBe(english);
  expect(formatDuration(durationMs, "ja")).toBe(japanese);
});

it.each([
  [72_000, 118_000, "1 min 12 s of about 2 min", "1 分 12 秒 / 約 2 分"],
  [1_000, 7_600, "1.0 s of about 8 s", "1.0 秒 / 約 8 秒"],
  [20_000, 43_000, "20 s of about 45 s", "20 秒 / 約 45 秒"],
  [20_000, 84_000, "20 s of about 1 min 20 s", "20 秒 / 約 1 分 20 秒"],
  [20_000, 740_000, "20 s of about 12 min", "20 秒 / 約 12 分"],
  [100, 40, "0.1 s, usually about 1 s", "0.1 秒、通常は約 1 秒"],
  [150_000, 118_000, "2 min 30 s, usually about 2 min", "2 分 30 秒、通常は約 2 分"],
  [150_000, undefined, "2 min 30 s", "2 分 30 秒"],
])("%i ms of usually %s ms", (elapsedMs, expectedMs, english, japanese) => {
  expect(elapsedText(elapsedMs, expectedMs, "en")).toBe(english);
  expect(elapsedText(elapsedMs, expectedMs, "ja")).toBe(japanese);
});
