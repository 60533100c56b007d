import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepPage, loadPage } from "../../src/records/seen-pages.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const now = new Date("2026-04-01T09:30:00Z");
const page = (html: string) => ({ url: "http://127.0.0.1:3000/", instanceId: "i-1", html, files: {} });

describe("a page that a check saw", () => {
  it("is kept for its owner alone, without secrets and without the tokens of its forms", () => {
    const directory = temporaryDirectory();
    keepPage(
      directory,
      "puma",
      page(`<meta name="csrf-token" content="t0ken-1" /><form><input type="hidden" name="authenticity_token" value="t0ken-2">
AKIAIOSFODNN7EXAMPLE</form>`),
      now,
    );
    const file = join(directory, "pages", "puma.json");
    expect(readFileSync(file, "utf8")).not.toMatch(/t0ken|AKIAIOSFODNN7EXAMPLE/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadPage(directory, "puma")).toMatchObject({ url: "http://127.0.0.1:3000/", seenAt: now.toISOString() });
    expect(loadPage(directory, "nginx")).toBeUndefined();
  });

  it("is replaced by the next one, and left out when it is huge", () => {
    const directory = temporaryDirectory();
    keepPage(directory, "puma", page("one"), now);
    keepPage(directory, "puma", page("two"), now);
    keepPage(directory, "puma", page("x".repeat(1_000_001)), now);
    expect(loadPage(directory, "puma")?.html).toBe("two");
  });

  it("never fails its step: not without room, not where a file stands in its way", () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "pages"), "mine");
    keepPage(directory, "puma", page("one"), now);
    expect(readFileSync(join(directory, "pages"), "utf8")).toBe("mine");
    expect(loadPage(directory, "puma")).toBeUndefined();
    const closed = join(temporaryDirectory(), "closed");
    writeFileSync(closed, "");
    chmodSync(closed, 0o400);
    keepPage(closed, "puma", page("one"), now);
    expect(existsSync(join(closed, "pages"))).toBe(false);
  });
});
