import { crc32 } from "node:zlib";

const signatureBytes = 8;
const textType = "tEXt";

/** A PNG with words about itself in it (tEXt chunks: Latin-1, https://www.w3.org/TR/png-3/#11tEXt), before its end. */
export function withText(png: Buffer, entries: Readonly<Record<string, string>>): Buffer {
  const chunks = Object.entries(entries).map(([keyword, value]) =>
    chunk(textType, Buffer.from(`${keyword}\0${value}`, "latin1")),
  );
  // IEND, the last chunk, is always twelve bytes.
  return Buffer.concat([png.subarray(0, -12), ...chunks, png.subarray(-12)]);
}

/** The words that a PNG has about itself. */
export function textIn(png: Buffer): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = signatureBytes; at + 12 <= png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === textType) {
      const [keyword = "", value = ""] = png.toString("latin1", at + 8, at + 8 + length).split("\0");
      found[keyword] = value;
    }
    at += 12 + length;
  }
  return found;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
