import { stripVTControlCharacters } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { createSpinner } from "../../src/reporter/spinner.ts";
import { widestWidth } from "../../src/reporter/width.ts";
import { Screen } from "../cli/support/run.ts";

const long = "i-d3ff7a5b540cb3f1e で install-ruby を実行しています (2/12) → もうしばらくお待ちください…";

/** What stood on the line, frame by frame. */
function frames(screen: Screen): string[] {
  // oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
  const parts = screen.text.split(/\u001B\[[?0-9;]*[A-HJKShl]/);
  return parts.map((part) => stripVTControlCharacters(part)).filter((part) => part.trim() !== "");
}

describe("the spinner", () => {
  it.each([20, 29, 40, 60, 80, 120])("keeps to one line of %i columns, whatever the terminal's fonts", (columns) => {
    const screen = new Screen(true, columns);
    const spinner = createSpinner(screen, "ja");
    spinner.show(long);
    spinner.hide();
    expect(frames(screen).length).toBeGreaterThan(0);
    for (const frame of frames(screen)) {
      expect(widestWidth(frame)).toBeLessThan(columns);
      expect(frame).toContain(columns < 30 ? "i-d3ff7a5b5" : "秒)");
    }
  });

  it.each([
    [20, "i-d3ff7a5b540cb…"],
    [48, "i-d3ff7a5b540cb3f1e で inst… 34/123 (1.0 秒)"],
    [80, "i-d3ff7a5b540cb3f1e で in… [##--------] 34/123 パッケージ (1.0 秒 / 約 2 分)"],
  ])("shows how far it is and how long it takes as a rule, as far as %i columns allow", (columns, text) => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const screen = new Screen(true, columns);
    const spinner = createSpinner(screen, "ja");
    spinner.begin();
    spinner.expect(118_000);
    vi.advanceTimersByTime(1000);
    spinner.show(long, { done: 34, total: 123, unit: { en: "packages", ja: "パッケージ" } });
    spinner.hide();
    vi.useRealTimers();
    const [frame = ""] = frames(screen);
    expect(widestWidth(frame)).toBeLessThan(columns);
    expect(frame).toContain(text);
  });

  it("shortens its text when the terminal becomes smaller", async () => {
    const screen = new Screen(true, 120);
    const spinner = createSpinner(screen, "ja");
    spinner.show(long);
    Object.assign(screen, { columns: 40 });
    await vi.waitFor(() => expect(widestWidth(frames(screen).at(-1) ?? long)).toBeLessThan(40));
    spinner.hide();
  });
});
