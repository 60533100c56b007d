import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { putFile, putFileFunction } from "../../src/remote/put-file.ts";
import { sh } from "./run-sh.ts";

let directory = "";
let path = "";
const owner = sh('printf %s "$(id -un):$(id -gn)"').stdout;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lecture05-put-"));
  path = join(directory, "a file.conf");
});

afterEach(() => rmSync(directory, { recursive: true }));

function put(text: string, mode = "640"): string {
  const { status, stdout, stderr } = sh(
    `set -eu\n${putFileFunction}\n${putFile({ path, mode, owner }, text)}\necho "changed=$changed"`,
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout.replaceAll(path, "FILE");
}

const nasty = "a $b `c` \\d\n\n'quotes' \"too\"\n日本語\n";

test("writes word for word, with mode, and leaves no other file", () => {
  expect(put(nasty)).toBe("written: FILE\nchanged=yes\n");
  expect(readFileSync(path, "utf8")).toBe(nasty);
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(directory)).toEqual(["a file.conf"]);
});

test("a second time changes nothing and says so", () => {
  put(nasty);
  const before = statSync(path);
  expect(put(nasty)).toBe("unchanged: FILE\nchanged=no\n");
  expect(statSync(path).ino).toBe(before.ino);
  expect(readdirSync(directory)).toEqual(["a file.conf"]);
});

test("a wrong mode is put right without a rewrite", () => {
  put(nasty);
  chmodSync(path, 0o666);
  put(nasty);
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test("a different text replaces the file in one step", () => {
  put("old\n");
  const before = statSync(path).ino;
  expect(put("new\n")).toBe("written: FILE\nchanged=yes\n");
  expect(statSync(path).ino).not.toBe(before);
  expect(readFileSync(path, "utf8")).toBe("new\n");
});

test("a text that holds the end mark is refused", () => {
  expect(() => putFile({ path, mode: "644", owner }, "a\nEND\nb")).toThrow(RangeError);
});
