import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { environmentText } from "../../src/remote/environment-file.ts";
import { shellQuote } from "../../src/remote/shell-quote.ts";
import { nastyWords, randomWords, sh } from "./run-sh.ts";

test("a shell reads quoted words back unchanged", () => {
  const words = [...nastyWords, ...randomWords(400)];
  const { stdout } = sh(`printf '%s\\0' ${words.map(shellQuote).join(" ")}`);
  expect(stdout.split("\0").slice(0, -1)).toEqual(words);
});

test("plain words stay readable", () => {
  expect(shellQuote("/var/lib/lecture05")).toBe("/var/lib/lecture05");
  expect(shellQuote("APP_HOSTS=a")).toBe("APP_HOSTS=a");
  expect(() => shellQuote("a\0b")).toThrow(RangeError);
});

test("a shell reads a file of settings back unchanged", () => {
  const values = [...nastyWords, ...randomWords(300)];
  const names = values.map((_, index) => `V${index}`);
  const directory = mkdtempSync(join(tmpdir(), "lecture05-env-"));
  try {
    const file = join(directory, "app.env");
    writeFileSync(file, environmentText(Object.fromEntries(values.map((value, index) => [`V${index}`, value]))));
    const { stdout, stderr } = sh(`. ${file}; printf '%s\\0' ${names.map((name) => `"$${name}"`).join(" ")}`);
    expect(stderr).toBe("");
    expect(stdout.split("\0").slice(0, -1)).toEqual(values);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("settings refuse what systemd would drop", () => {
  expect(() => environmentText({ A: "a\u0000b" })).toThrow(RangeError);
  expect(() => environmentText({ A: "a\u001bb" })).toThrow(RangeError);
  expect(() => environmentText({ "A B": "x" })).toThrow(RangeError);
  expect(environmentText({ PUMA_BIND: "unix:///run/x.sock", EMPTY: "" })).toBe(
    'PUMA_BIND=unix:///run/x.sock\nEMPTY=""\n',
  );
});
