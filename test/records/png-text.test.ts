import { describe, expect, it } from "vitest";
import { textIn, withText } from "../../src/records/png-text.ts";
import { randomPng } from "../../src/steps/s3/test-image.ts";

describe("words in a PNG", () => {
  it("come out as they went in, and leave the picture as it was", () => {
    const picture = Buffer.from(randomPng(4, 4));
    const said = { URL: "http://127.0.0.1:3000/", Host: "i-1" };
    const png = withText(picture, said);
    expect(textIn(png)).toEqual(said);
    expect(textIn(picture)).toEqual({});
    expect(png.subarray(0, picture.length - 12)).toEqual(picture.subarray(0, -12));
    expect(png.subarray(-12)).toEqual(picture.subarray(-12));
  });

  it("are none in what is no PNG, or a part of one", () => {
    expect(textIn(Buffer.from("no"))).toEqual({});
    expect(textIn(withText(Buffer.from(randomPng(4, 4)), { URL: "x" }).subarray(0, 40))).toEqual({});
  });
});
