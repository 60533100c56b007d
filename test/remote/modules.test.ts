import { existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listModules, parseModules } from "../../src/remote/modules.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { sh } from "./run-sh.ts";

/** A host with a release, whose Bundler notes that it was asked. */
function host() {
  const root = temporaryDirectory();
  const release = join(root, "opt/lecture05/releases/one");
  const specifications = join(root, "var/lib/lecture05/bundle/ruby/3.3.0/specifications");
  const debian = join(root, "usr/share/rubygems-integration/all/specifications");
  for (const directory of [join(release, ".bundle"), specifications, debian, join(root, "bin")]) {
    mkdirSync(directory, { recursive: true });
  }
  for (const name of ["Gemfile", "Gemfile.lock", ".bundle/config", ".prepared"]) writeFileSync(join(release, name), "");
  symlinkSync(release, join(root, "opt/lecture05/current"));
  const asked = join(root, "asked");
  const programs = {
    "dpkg-query": "printf 'installed\\tnginx\\t1.26\\n'",
    runuser: `echo >>'${asked}'; printf 'gem\\tpuma\\t7.0\\tyes\\tBSD-3-Clause\\n'`,
  };
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(root, "bin", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }
  const text = listModules("puma")
    .text.replace(" PATH=", ` PATH='${root}/bin':`)
    .replaceAll(/(?<![\w'/])\/(opt|var|usr\/lib|usr\/share)(?=[/\s"';]|$)/gm, `'${root}'/$1`)
    // An assignment of awk's is one word.
    .replaceAll(/file='([^']*)'(\S*)/g, `file="$1$2"`);
  return {
    list: () => {
      const { status: code, stdout, stderr } = sh(text);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return parseModules(stdout, "i-1");
    },
    asked: () => (existsSync(asked) ? readFileSync(asked, "utf8").length : 0),
    touch: (file: "debian" | "specifications" | "lock", seconds: number) =>
      utimesSync({ debian, specifications, lock: join(release, "Gemfile.lock") }[file], seconds, seconds),
  };
}

describe("the list of modules", () => {
  it("asks Bundler once for what has not changed, and says the same", () => {
    const { list, asked } = host();
    const first = list();
    expect(first.map(({ manager, name, step }) => [manager, name, step])).toEqual([
      ["apt", "nginx", "puma"],
      ["gem", "puma", "puma"],
    ]);
    expect(list()).toEqual(first);
    expect(asked()).toBe(1);
  });

  it.each(["debian", "specifications", "lock"] as const)("asks again when '%s' changed", (file) => {
    const { list, asked, touch } = host();
    list();
    touch(file, 1_000_000);
    expect(list()).toHaveLength(2);
    expect(asked()).toBe(2);
  });
});
