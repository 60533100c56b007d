import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HostCache, hostCacheDirectory } from "../../src/sandbox/host-cache.ts";

let directory: string;
let cache: HostCache;

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "lecture05 cache ")), "hosts");
  cache = new HostCache(directory);
});

afterEach(() => {
  rmSync(join(directory, ".."), { recursive: true, force: true });
});

const image = "00000000000000aa";
const [first, second] = ["0123456789abcdef", "fedcba9876543210"];

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

describe("the cache of what hosts download and build", () => {
  it("gives back what was kept, for the same image only", async () => {
    expect(await cache.find("gems", image)).toBeUndefined();
    expect(await cache.keep("gems", image, first, chunks("ge", "ms"))).toBe(true);
    expect(readFileSync((await cache.find("gems", image)) ?? "", "utf8")).toBe("gems");
    expect(await cache.find("gems", "00000000000000bb")).toBeUndefined();
    expect(await cache.find("packages", image)).toBeUndefined();
    expect([await cache.has("gems", image, first), await cache.has("gems", image, second)]).toEqual([true, false]);
  });

  it("keeps one archive of a kind for an image", async () => {
    await cache.keep("gems", image, first, chunks("old"));
    await cache.keep("packages", image, first, chunks("packages"));
    await cache.keep("gems", image, second, chunks("new"));
    expect(
      readdirSync(directory)
        .toSorted()
        .map((name) => name.split("-").slice(0, 3)),
    ).toEqual([
      ["gems", image, second],
      ["packages", image, first],
    ]);
  });

  it("removes an archive that was changed, and does not use it", async () => {
    await cache.keep("gems", image, first, chunks("gems"));
    const [name = ""] = readdirSync(directory);
    appendFileSync(join(directory, name), "more");
    expect(await cache.find("gems", image)).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("leaves nothing of a stream that breaks off, and keeps what there was", async () => {
    await cache.keep("gems", image, first, chunks("gems"));
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from("half");
      throw new Error("the host is gone");
    }
    await expect(cache.keep("gems", image, second, broken())).rejects.toThrow("the host is gone");
    expect(readdirSync(directory)).toHaveLength(1);
    expect(await cache.find("gems", image)).toContain(first);
  });

  it("forgets what has grown beyond the limit, so that the next host starts afresh", async () => {
    const small = new HostCache(directory, { archiveBytes: 10, totalBytes: 100 });
    await small.keep("gems", image, first, chunks("gems"));
    expect(await small.keep("gems", image, second, chunks("gems", "and more"))).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("gives up what was used longest ago when all together are too many", async () => {
    const small = new HostCache(directory, { archiveBytes: 10, totalBytes: 10 });
    await small.keep("packages", image, first, chunks("12345"));
    await small.keep("gems", image, first, chunks("12345"));
    for (const name of readdirSync(directory)) utimesSync(join(directory, name), 1, name.startsWith("gems") ? 1 : 2);
    await small.keep("gems", "00000000000000bb", first, chunks("12345"));
    const names = readdirSync(directory).toSorted();
    expect(names.map((name) => name.split("-").slice(0, 2))).toEqual([
      ["gems", "00000000000000bb"],
      ["packages", image],
    ]);
  });

  it("clears its own files and no others", async () => {
    await cache.keep("gems", image, first, chunks("gems"));
    writeFileSync(join(directory, "notes.tar"), "mine");
    expect(await cache.sizeBytes()).toBe(4);
    expect(await cache.clear()).toBe(4);
    expect(readdirSync(directory)).toEqual(["notes.tar"]);
    expect(await new HostCache(join(directory, "nowhere")).clear()).toBe(0);
  });

  it("is where the user's caches are, elsewhere by a variable, or nowhere", () => {
    expect(hostCacheDirectory({ HOME: "/home/me" })).toBe("/home/me/.cache/lecture05/hosts");
    expect(hostCacheDirectory({ HOME: "/home/me", XDG_CACHE_HOME: "/var/tmp/c" })).toBe("/var/tmp/c/lecture05/hosts");
    expect(hostCacheDirectory({ HOME: "/home/me", LECTURE05_SANDBOX_CACHE: "/srv/c" })).toBe("/srv/c");
    expect(hostCacheDirectory({ HOME: "/home/me", LECTURE05_SANDBOX_CACHE: "off" })).toBeUndefined();
    expect(existsSync(directory)).toBe(false);
  });
});
