import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { displayWidth } from "../../src/reporter/width.ts";
import { wrap } from "../../src/reporter/wrap.ts";

describe("wrapping", () => {
  it("breaks English at blanks and indents what follows", () => {
    expect(wrap("Longer than the 60 s of the load balancer", 16, "  ")).toEqual([
      "Longer than the",
      "  60 s of the",
      "  load balancer",
    ]);
  });

  it("breaks Japanese between phrases", () => {
    expect(wrap("インスタンスは外部に公開しません", 16)).toEqual(["インスタンスは", "外部に", "公開しません"]);
    expect(wrap("設定はNginxとPumaの間にあります", 12)).toEqual(["設定は", "Nginxと", "Pumaの", "間にあります"]);
    expect(wrap("負荷分散はロードバランサーで行います", 24)).toEqual(["負荷分散は", "ロードバランサーで", "行います"]);
    expect(wrap("インスタンスは、外部に公開しません", 40)).toEqual(["インスタンスは、外部に公開しません"]);
  });

  it("leaves a number with what it counts", () => {
    expect(wrap("インスタンスを 1 台起動します", 16)).toEqual(["インスタンスを", "1 台起動します"]);
    expect(wrap("サブネットが 2 つあります", 14)).toEqual(["サブネットが", "2 つあります"]);
    expect(wrap("take 2 of them", 6)).toEqual(["take 2", "of", "them"]);
  });

  it("breaks a phrase that is longer than a line where typesetting allows it", () => {
    expect(wrap("組込型管理機構一覧", 8)).toEqual(["組込型管", "理機構一", "覧"]);
    // No line begins with a small kana or a closing mark, and none ends with an opening bracket.
    expect(wrap("超チェック", 6)).toEqual(["超", "チェッ", "ク"]);
    expect(wrap("管理機構。", 8)).toEqual(["管理機", "構。"]);
    expect(wrap("管理機「確認書」", 8)).toEqual(["管理機", "「確認", "書」"]);
  });

  it("never breaks an address or a path", () => {
    const url = "http://lecture05-1234567890.ap-northeast-1.elb.amazonaws.com/";
    expect(wrap(`URL: ${url}`, 40)).toEqual(["URL:", url]);
  });

  it("keeps line breaks, leading blanks and colours", () => {
    expect(wrap("  one two\nthree", 5, "    ")).toEqual(["  one", "    two", "three"]);
    const red = (text: string): string => `\u001B[31m${text}\u001B[39m`;
    expect(wrap(`${red("動作確認")}が${red("失敗")}`, 8).map((line) => stripVTControlCharacters(line))).toEqual([
      "動作確認",
      "が失敗",
    ]);
  });

  it("leaves what fits as it is", () => {
    expect(wrap("a  b", 4)).toEqual(["a  b"]);
    expect(wrap("", 10)).toEqual([""]);
  });

  it.each([20, 38, 60, 80])("fits into %i columns and loses nothing", (columns) => {
    const text =
      "ロードバランサー (ALB) はアイドル状態の接続を 60 秒間保持します。Nginx の keepalive_timeout がそれより短いと、" +
      "ALB がまさに使おうとした接続を Nginx が閉じてしまい、まれに 502 になります。";
    const lines = wrap(text, columns, "  ");
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    expect(
      lines
        .map((line) => line.trim())
        .join("")
        .replaceAll(" ", ""),
    ).toBe(text.replaceAll(" ", ""));
  });
});
