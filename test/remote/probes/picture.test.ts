import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { pictureFunction } from "../../../src/remote/probes/form.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { sh } from "../run-sh.ts";

test("the big picture is a PNG of more than 2 MB whose chunks are whole", () => {
  const file = join(temporaryDirectory(), "a picture.png");
  expect(sh(`set -eu\n${pictureFunction}\nbig_picture '${file}'`)).toMatchObject({ status: 0, stderr: "" });
  const png = readFileSync(file);
  expect(png.length).toBeGreaterThan(2 * 1024 * 1024);
  expect(png.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const chunks: string[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    const type = body.toString("latin1", 0, 4);
    chunks.push(type);
    expect(png.readUInt32BE(at + 8 + length), type).toBe(crc32(body));
    // One row of one pixel: its filter and three channels.
    if (type === "IDAT") expect(inflateSync(body.subarray(4))).toHaveLength(4);
    at += 12 + length;
  }
  expect(chunks).toEqual(["IHDR", "paDd", "IDAT", "IEND"]);
});
