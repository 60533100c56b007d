import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Lecture05Error } from "../../src/errors.ts";
import { bundleApp, releaseName } from "../../src/remote/bundle-app.ts";

let root = "";
let app = "";

function put(path: string, content: string | Buffer = path): void {
  mkdirSync(dirname(join(app, path)), { recursive: true });
  writeFileSync(join(app, path), content);
}

function make(name: string): string {
  app = join(root, name);
  for (const path of ["Gemfile", "Gemfile.lock", "config.ru", "app/models/fruit.rb", "bin/rails"]) put(path);
  chmodSync(join(app, "bin/rails"), 0o700);
  return app;
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lecture05-bundle-"));
  make("an app with spaces 日本語");
});

afterEach(() => rmSync(root, { recursive: true }));

async function list(): Promise<string[]> {
  const { base64 } = await bundleApp(app);
  const { stdout } = spawnSync("tar", ["-tzf", "-"], {
    input: Buffer.from(base64, "base64"),
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    encoding: "utf8",
  });
  return stdout.split("\n").filter(Boolean);
}

async function refusal(): Promise<Lecture05Error> {
  const error = await bundleApp(app).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Lecture05Error);
  return error as Lecture05Error;
}

test("equal content makes the same release, wherever it lies and whenever it was written", async () => {
  const one = await bundleApp(app);
  make("another");
  mkdirSync(join(app, "lib/empty"), { recursive: true });
  chmodSync(join(app, "Gemfile"), 0o600);
  utimesSync(join(app, "Gemfile"), 1, 1);
  const other = await bundleApp(app);
  expect(other).toEqual(one);
  expect(one.release).toMatch(/^[0-9a-f]{12}$/);
  expect(one.sizeBytes).toBe(Buffer.from(one.base64, "base64").length);
});

test("another content, name or executable bit makes another release", async () => {
  const releases = [(await bundleApp(app)).release];
  put("app/models/fruit.rb", "class Fruit; end");
  releases.push((await bundleApp(app)).release);
  put("app/models/vegetable.rb", "");
  releases.push((await bundleApp(app)).release);
  chmodSync(join(app, "config.ru"), 0o755);
  releases.push((await bundleApp(app)).release);
  expect(new Set(releases).size).toBe(4);
});

test("leaves out what is secret, large, or made on the host", async () => {
  const kept = await list();
  for (const path of [
    ".git/config",
    ".bundle/config",
    ".env",
    ".env.production",
    "config/master.key",
    "config/credentials/production.key",
    "certs/server.pem",
    "coverage/index.html",
    "db/production.sqlite3",
    "db/production.sqlite3-wal",
    "log/production.log",
    "node_modules/x/index.js",
    "public/assets/application.css",
    "storage/ab/cd/x",
    "test/models/fruit_test.rb",
    "tmp/local_secret.txt",
    "vendor/bundle/ruby/x",
  ]) {
    put(path);
  }
  expect(await list()).toEqual(kept);
});

test("keeps directories that only look like those", async () => {
  for (const path of ["app/models/log/entry.rb", "lib/test/helper.rb", "public/icon.svg", "vendor/javascript/x.js"])
    put(path);
  expect(await list()).toEqual(
    expect.arrayContaining([
      "app/models/log/entry.rb",
      "lib/test/helper.rb",
      "public/icon.svg",
      "vendor/javascript/x.js",
    ]),
  );
});

test("names in any language and long paths arrive", async () => {
  const long = `app/${"very-long-directory-name/".repeat(8)}りんご の 絵.rb`;
  put(long);
  expect(await list()).toContain(long);
});

test("a link within the application stays one; one that leads out is refused", async () => {
  symlinkSync(join(app, "Gemfile"), join(app, "bin/inside"));
  expect(await list()).toContain("bin/inside");
  symlinkSync("/etc/hostname", join(app, "bin/outside"));
  const error = await refusal();
  expect(error.code).toBe("USAGE");
  expect(error.detail.why?.en).toContain("bin/outside");
});

test("what is not an application is refused and the missing file named", async () => {
  rmSync(join(app, "Gemfile.lock"));
  expect((await refusal()).detail.why?.en).toBe("Gemfile.lock is missing");
  app = join(root, "nowhere");
  expect((await refusal()).code).toBe("USAGE");
});

test("more than 2 MB is refused with its size", async () => {
  put("public/film.bin", randomBytes(2.5 * 1024 * 1024));
  const error = await refusal();
  expect(error.code).toBe("USAGE");
  expect(error.detail.why?.en).toMatch(/2\.5 MB.*limit is 2 MB/);
});

test.each([
  ["738cc0758b31f0", "738cc0758b31"],
  ["123456789012a3", "23456789012a"],
  ["12345678901234567890f1", "01234567890f"],
])("a release of %s is %s, which no account id looks like", (hash, name) => {
  expect(releaseName(hash)).toBe(name);
});
