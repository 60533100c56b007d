import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  existsSync,
  readdirSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleApp } from "../../src/remote/bundle-app.ts";
import { incomingDirectory, releasesDirectory } from "../../src/remote/paths.ts";
import { sendApp } from "../../src/remote/send-app.ts";
import { sh } from "./run-sh.ts";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lecture05-send-"));
  mkdirSync(join(root, "app/bin"), { recursive: true });
  for (const name of ["Gemfile", "Gemfile.lock", "config.ru"]) writeFileSync(join(root, "app", name), `# ${name}\n`);
  writeFileSync(join(root, "app/bin/rails"), "#!/bin/sh\n", { mode: 0o755 });
  // Noise does not compress, so that it takes several parts.
  writeFileSync(join(root, "app/画像 1.bin"), randomBytes(70_000));
  mkdirSync(join(root, "releases"));
});

afterEach(() => rmSync(root, { recursive: true }));

/** The script's text with the host's directories moved below the test's own. */
const here = (text: string): string =>
  text.replaceAll(incomingDirectory, join(root, "incoming")).replaceAll(releasesDirectory, join(root, "releases"));

test("arrives byte for byte, and a second time nothing happens", async () => {
  const bundle = await bundleApp(join(root, "app"));
  const scripts = sendApp(bundle);
  expect(scripts.length).toBeGreaterThan(2);
  for (const { text } of scripts) expect(sh(here(text))).toMatchObject({ status: 0, stderr: "" });

  const release = join(root, "releases", bundle.release);
  const picture = "画像 1.bin";
  expect(readFileSync(join(release, picture)).equals(readFileSync(join(root, "app", picture)))).toBe(true);
  expect(statSync(join(release, "bin/rails")).mode & 0o111).toBe(0o111);
  expect(readdirSync(join(root, "incoming"))).toEqual([]);
  expect(readdirSync(join(root, "releases"))).toEqual([bundle.release]);

  for (const { text } of scripts) expect(sh(here(text)).stdout).toMatch(/^unchanged: /);
});

test("a part that was changed on its way is refused", async () => {
  const [first] = sendApp(await bundleApp(join(root, "app")));
  const text = here(first?.text ?? "");
  const spoiled = text.replace(/^([A-Za-z0-9+/]{76})$/m, (line) => line.split("").reverse().join(""));
  expect(spoiled).not.toBe(text);
  expect(sh(spoiled).status).not.toBe(0);
});

test("a missing part leaves no half release", async () => {
  const bundle = await bundleApp(join(root, "app"));
  const scripts = sendApp(bundle);
  const last = scripts.at(-1)?.text ?? "";
  expect(sh(here(last)).status).not.toBe(0);
  expect(existsSync(join(root, "releases", bundle.release))).toBe(false);
});
