import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readSeenPage } from "../../../src/remote/probes/seen-page.ts";
import { parseProbes, probeNginxAlone, probePuma, probeSocket } from "../../../src/remote/probes.ts";

const packed = (text: string): string => gzipSync(text).toString("base64");
const html = '<link rel="stylesheet" href="/assets/application-1.css" /><h1>りんご</h1>';

describe("the page that a probe printed", () => {
  it("is read with its style sheet", () => {
    const printed = `probe seen_url http://127.0.0.1:3000/\nprobe seen_page ${packed(html)}\nprobe seen_style ${packed("h1 { color: red }")}\n`;
    expect(readSeenPage(parseProbes(printed), "i-1")).toEqual({
      url: "http://127.0.0.1:3000/",
      instanceId: "i-1",
      html,
      files: {
        "/assets/application-1.css": {
          type: "text/css",
          base64: Buffer.from("h1 { color: red }").toString("base64"),
        },
      },
    });
  });

  it.each([
    ["nothing was printed", {}],
    ["it was too large to print", { seen_url: "http://127.0.0.1/", seen_page: "" }],
    ["the page was an error", { seen_url: "http://127.0.0.1/", seen_page: packed("") }],
    ["it was cut", { seen_url: "http://127.0.0.1/", seen_page: packed(html).slice(0, 40) }],
  ])("is none when %s", (_what, results) => {
    expect(readSeenPage(results, "i-1")).toBeUndefined();
  });

  it("is asked for the way of its stage", () => {
    const id = "00000000-0000-4000-8000-000000000000";
    expect(probePuma(id).text).toContain('probe seen_page seen_page "$site/" --connect-to ::127.0.0.1:3000');
    expect(probeSocket(id).text).toContain('probe seen_page seen_page "$site/" --unix-socket /run/');
    expect(probeNginxAlone(id).text).toContain('probe seen_page seen_page "http://127.0.0.1/"');
  });
});
