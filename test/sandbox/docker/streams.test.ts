import { describe, expect, it } from "vitest";
import { StreamSplitter } from "../../../src/sandbox/docker/streams.ts";

function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe("StreamSplitter", () => {
  const message = Buffer.concat([frame(1, "out "), frame(2, "エラー"), frame(1, ""), frame(1, "more")]);

  it.each([1, 3, 7, 8, 9, 1000])("puts both streams together from chunks of %d bytes", (size) => {
    const splitter = new StreamSplitter();
    for (let at = 0; at < message.length; at += size) splitter.write(message.subarray(at, at + size));
    expect(splitter.stdout.toString()).toBe("out more");
    expect(splitter.stderr.toString()).toBe("エラー");
  });
});
