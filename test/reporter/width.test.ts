import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { characters, displayWidth, padEnd, table, truncate, widestWidth } from "../../src/reporter/width.ts";

describe("display width", () => {
  it.each([
    ["abc", 3],
    ["動作確認", 8],
    ["NginxとUnix Socket", 18],
    ["が", 2],
    ["か\u3099", 2],
    ["ｶﾞ", 2],
    ["é", 1],
    ["e\u0301", 1],
    ["葛\u{E0100}", 2],
    ["⚠️", 2],
    ["👨‍👩‍👧", 2],
    ["👍🏽", 2],
    ["🇯🇵🇺🇸", 4],
    ["한국", 4],
    ["\u1112\u1161\u11ab", 2],
    ["✓", 1],
    ["a\u200bb", 2],
    ["\u001B[31m失敗\u001B[39m", 4],
    ["", 0],
  ])("%j takes %i columns", (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  it("is what string-width says of every character, and of those in a row", () => {
    const ranges = [
      [0x20, 0x3400],
      [0x4dc0, 0x4f00],
      [0xa000, 0xa4d0],
      [0xd700, 0xd800],
      [0xf900, 0x10200],
      [0x1f000, 0x1fb00],
    ] as const;
    const wrong: string[] = [];
    for (const [first, end] of ranges) {
      for (let point = first; point < end; point++) {
        const text = String.fromCodePoint(point);
        if (!/\p{Assigned}/u.test(text)) continue;
        const wide = stringWidth(text, { ambiguousIsNarrow: false });
        if (displayWidth(text) !== stringWidth(text) || widestWidth(text) !== wide) wrong.push(point.toString(16));
      }
    }
    expect(wrong).toEqual([]);
    for (const text of ["確認 3/3 ✓ … 完了", "ﾊﾟｽﾜｰﾄﾞ", "①②→±", "👩🏽‍💻を起動", "≠ é が ｶﾞ"]) {
      expect(displayWidth(text), text).toBe(stringWidth(text));
      expect(widestWidth(text), text).toBe(stringWidth(text, { ambiguousIsNarrow: false }));
    }
  });

  it("counts ambiguous characters once, or twice where the terminal does", () => {
    expect([displayWidth("…→±①"), widestWidth("…→±①")]).toEqual([4, 8]);
    expect([displayWidth("完了 ✓✗"), widestWidth("完了 ✓✗")]).toEqual([7, 7]);
  });
});

describe("fitting text", () => {
  it("pads by columns", () => {
    expect(padEnd("完了", 6)).toBe("完了  ");
    expect(padEnd("too long", 3)).toBe("too long");
  });

  it("knows what is one character", () => {
    expect(characters("a👨‍👩‍👧か\u3099🇯🇵")).toEqual(["a", "👨‍👩‍👧", "か\u3099", "🇯🇵"]);
  });

  it("cuts between characters, never through one, and leaves room for an ellipsis of two columns", () => {
    expect(truncate("動作確認", 8)).toBe("動作確認");
    expect(truncate("動作確認", 7)).toBe("動作…");
    expect(truncate("a動作確認", 6)).toBe("a動…");
    expect(truncate("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 5)).toBe("👨‍👩‍👧…");
    expect(truncate("か\u3099か\u3099か\u3099", 5)).toBe("か\u3099…");
    expect(truncate("abc", 0)).toBe("");
  });

  it.each([1, 2, 3, 5, 8, 13, 21, 34])("fits into %i columns on every terminal", (columns) => {
    const text = "i-0a1b で install-ruby を実行しています… (2/8) 👩🏽‍💻 → か\u3099";
    expect(widestWidth(truncate(text, columns))).toBeLessThanOrEqual(Math.max(columns, 2));
  });

  it("aligns tables with coloured and full-width cells", () => {
    expect(
      table([
        ["完了", "1"],
        ["\u001B[31mx\u001B[39m", "2"],
      ]),
    ).toEqual(["完了  1", "\u001B[31mx\u001B[39m     2"]);
  });
});
