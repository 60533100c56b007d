import { extract, pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { copyEntries } from "../../../src/sandbox/docker/cached-files.ts";

describe("what is copied out of a host", () => {
  it("stands below its directory, without what is left out, links and owners as they were", async () => {
    const source = pack();
    source.entry({ name: "bundle/", type: "directory", mode: 0o700, uid: 999 });
    source.entry({ name: "bundle/a.rb", mode: 0o644, uid: 999, gid: 998 }, "puts 1");
    source.entry({ name: "bundle/hard.rb", type: "link", linkname: "bundle/a.rb" });
    source.entry({ name: "bundle/soft.rb", type: "symlink", linkname: "a.rb" });
    source.entry({ name: "bundle/lock" }, "locked");
    source.entry({ name: "bundle/partial/b.deb" }, "half");
    source.finalize();

    const target = pack();
    const copied = copyEntries(source as unknown as NodeJS.ReadableStream, target, {
      below: "var/lib/",
      leaveOut: /\/(partial(\/|$)|lock$)/,
    }).then(() => target.finalize());
    const seen: unknown[] = [];
    const reader = extract();
    (target as unknown as NodeJS.ReadableStream).pipe(reader);
    for await (const entry of reader) {
      const { name, type, linkname, uid } = entry.header;
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      seen.push([name, type, linkname ?? "", uid, Buffer.concat(chunks).toString()]);
    }
    await copied;
    expect(seen).toEqual([
      ["var/lib/bundle/", "directory", "", 999, ""],
      ["var/lib/bundle/a.rb", "file", "", 999, "puts 1"],
      ["var/lib/bundle/hard.rb", "link", "var/lib/bundle/a.rb", 0, ""],
      ["var/lib/bundle/soft.rb", "symlink", "a.rb", 0, ""],
    ]);
  });

  it("rejects when the host's archive breaks off", async () => {
    const source = pack();
    source
      .entry({ name: "bundle/a.rb", size: 10 })
      .on("error", () => {})
      .write("half");
    const copying = copyEntries(source as unknown as NodeJS.ReadableStream, pack(), { below: "", leaveOut: /^$/ });
    source.destroy(new Error("the host is gone"));
    await expect(copying).rejects.toThrow();
  });
});
