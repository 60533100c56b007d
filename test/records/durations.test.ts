import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { durationsDirectory, durationsFileName, openDurationBook } from "../../src/records/durations.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

describe("the book of durations", () => {
  it("answers with the median of the last five runs, of this kind of work alone", () => {
    const directory = join(temporaryDirectory(), "not there yet");
    const book = openDurationBook(directory);
    expect(book.expectedMs("sandbox first puma")).toBeUndefined();
    const expected = [900, 100, 200, 300, 400, 10_000].map((durationMs) => {
      book.note("sandbox first puma", durationMs);
      return book.expectedMs("sandbox first puma");
    });
    expect(expected).toEqual([900, 500, 200, 250, 300, 300]);
    expect(book.expectedMs("aws first puma")).toBeUndefined();
    expect(openDurationBook(directory).expectedMs("sandbox first puma")).toBe(300);
    expect(readdirSync(directory)).toEqual([durationsFileName]);
    expect(statSync(join(directory, durationsFileName)).mode & 0o777).toBe(0o600);
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    '{"durations":7}',
    '{"durations":{"k":"x"}}',
    '{"durations":{"k":[-1,null,1e99,"5"]}}',
  ])("takes what it cannot read (%s) for empty, and puts it right with the next note", (text) => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, durationsFileName), text);
    const book = openDurationBook(directory);
    expect(book.expectedMs("k")).toBeUndefined();
    book.note("k", 1500.4);
    expect(book.expectedMs("k")).toBe(1500);
  });

  it("stays small, and forgets what was not done for the longest time", () => {
    const directory = temporaryDirectory();
    const book = openDurationBook(directory);
    for (let number = 0; number < 205; number++) book.note(`kind ${number}`, 1000);
    expect(book.expectedMs("kind 4")).toBeUndefined();
    expect(book.expectedMs("kind 5")).toBe(1000);
    expect(statSync(join(directory, durationsFileName)).size).toBeLessThan(10_000);
  });

  it("lets no run fail for it: a file in its directory's place, a directory in its own, nonsense for a time", () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "file"), "");
    openDurationBook(join(directory, "file", "below")).note("k", 1);
    expect(readFileSync(join(directory, "file"), "utf8")).toBe("");
    mkdirSync(join(directory, durationsFileName, "full"), { recursive: true });
    openDurationBook(directory).note("k", 1);
    expect(readdirSync(directory)).toEqual([durationsFileName, "file"]);
    const good = openDurationBook(temporaryDirectory());
    for (const nonsense of [Number.NaN, -1, Number.POSITIVE_INFINITY]) good.note("k", nonsense);
    expect(good.expectedMs("k")).toBeUndefined();
  });

  it("lies where the user's programs keep their state, and nowhere when nobody says who the user is", () => {
    expect(durationsDirectory({ XDG_STATE_HOME: "/state", HOME: "/home/a" })).toBe("/state/lecture05");
    expect(durationsDirectory({ HOME: "/home/a b" })).toBe("/home/a b/.local/state/lecture05");
    expect(durationsDirectory({})).toBeUndefined();
    const nowhere = openDurationBook(undefined);
    nowhere.note("k", 1);
    expect(nowhere.expectedMs("k")).toBeUndefined();
  });
});
