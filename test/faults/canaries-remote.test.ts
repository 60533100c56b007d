import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { scriptOf } from "../../src/commands/exec.ts";
import type { RemoteScript } from "../../src/ports/shell.ts";
import { allowHost } from "../../src/remote/allow-host.ts";
import { installBackup, restoreBackup } from "../../src/remote/backup.ts";
import { bundleApp } from "../../src/remote/bundle-app.ts";
import { configureS3 } from "../../src/remote/configure-s3.ts";
import {
  configureApp,
  installGems,
  migrate,
  prepareAside,
  prepareRelease,
  removeRelease,
} from "../../src/remote/install-app.ts";
import { expiryTimer, setExpiry } from "../../src/remote/expiry.ts";
import { moveDatabase } from "../../src/remote/move-database.ts";
import { probeRecord } from "../../src/remote/probes/database.ts";
import { createAppUser } from "../../src/remote/install-ruby.ts";
import { putNginxBeforePuma } from "../../src/remote/nginx.ts";
import { probeNginxAlone, probeNginxPuma, probePuma, probeRequest, probeSocket } from "../../src/remote/probes.ts";
import { diagnoseHost } from "../../src/remote/probes/diagnose.ts";
import { putFile, putFileFunction } from "../../src/remote/put-file.ts";
import { remoteScript } from "../../src/remote/script.ts";
import { standInUnit, startStandIn } from "../../src/remote/stand-in.ts";
import { sendApp } from "../../src/remote/send-app.ts";
import { movePumaToSocket, startPumaOnTcp } from "../../src/remote/start-puma.ts";
import { userData } from "../../src/remote/user-data.ts";
import { prepareImage } from "../../src/remote/prepare-image.ts";
import { readNewLines } from "../../src/remote/watch.ts";
import { readPiece, wrapScript } from "../../src/remote/wrap.ts";
import { sampleBundle } from "../remote/every-script.ts";
import { FakeHost, payloads, shells } from "./canaries/fake-host.ts";
import { recordFaultFigure } from "./support/figures.ts";

const address = {
  address: "a.example",
  port: 3306,
  userName: "user",
  databaseName: "base",
  passwordName: "/lecture05/mine/password",
  region: "ap-northeast-1",
};
const tally = { tried: 0, run: 0 };
const release = sampleBundle.release;

/** What a builder that takes text does with a hostile one: refuses it, or makes a script in which it is data. */
const builders: Readonly<Record<string, (text: string) => readonly RemoteScript[]>> = {
  "allowHost: name of the host": (text) => [allowHost(text)],
  "allowHost: name in a certificate": (text) => [allowHost("a.example", [text])],
  "configureS3: bucket and region": (text) => [configureS3({ bucket: text, region: text })],
  "configureApp: release": (text) => [configureApp(text)],
  "installGems: release": (text) => [installGems(text)],
  "prepareRelease: release": (text) => [prepareRelease(text)],
  "startPumaOnTcp: release": (text) => [startPumaOnTcp(text)],
  "prepareAside: release": (text) => [prepareAside(text)],
  "migrate: release": (text) => [migrate(text)],
  "removeRelease: release": (text) => [removeRelease(text)],
  "startStandIn: release": (text) => [startStandIn(text)],
  "standInUnit: release": (text) => [asScript(standInUnit(text))],
  "sendApp: release": (text) => sendApp({ ...sampleBundle, release: text }),
  "sendApp: hash": (text) => sendApp({ ...sampleBundle, sha256: text }),
  "sendApp: archive": (text) => sendApp({ ...sampleBundle, base64: text }),
  "probePuma: request id": (text) => [probePuma(text)],
  "probeSocket: request id": (text) => [probeSocket(text)],
  "probeNginxAlone: request id": (text) => [probeNginxAlone(text)],
  "probeNginxPuma: request id": (text) => [probeNginxPuma(text, "00000000")],
  "probeNginxPuma: file id": (text) => [probeNginxPuma("00000000", text)],
  "probeRequest: request id": (text) => [probeRequest(text)],
  "diagnoseHost: name and address": (text) => [
    diagnoseHost({ way: "nginx", hostName: text, privateIp: text, bucket: true, nginxAlone: false }),
  ],
  "moveDatabase: address": (text) => [moveDatabase({ ...address, address: text })],
  "moveDatabase: parameter": (text) => [moveDatabase({ ...address, passwordName: `/lecture05/${text}` })],
  "moveDatabase: names and region": (text) => [
    moveDatabase({ ...address, userName: text, databaseName: text, region: text }),
  ],
  "prepareImage: parameters": (text) => [prepareImage({ secretName: `/lecture05/${text}`, passwordName: `/${text}` })],
  "installBackup: bucket": (text) => [installBackup({ bucket: text })],
  "restoreBackup: bucket": (text) => [restoreBackup({ bucket: text, id: "2026-01-02T03-04-05Z", overwrite: true })],
  "restoreBackup: id": (text) => [restoreBackup({ bucket: "backups", id: text, overwrite: false })],
  "probeRecord: name": (text) => [probeRecord(text)],
  "putFile: text": (text) => [
    remoteScript("put", 60_000, putFileFunction, putFile({ path: "/etc/x", mode: "600", owner: "root:root" }, text)),
  ],
  "putFile: path": (text) => [
    remoteScript("put", 60_000, putFileFunction, putFile({ path: text, mode: "600", owner: "root:root" }, "x")),
  ],
  "wrapScript: name": (text) => [asScript(wrapScript(script("true\n"), { token: "abc123", name: text }))],
  "wrapScript: token": (text) => [asScript(wrapScript(script("true\n"), { token: text, name: "x" }))],
  "readPiece: name": (text) => [asScript(readPiece(text, "out", 0))],
  "readNewLines: name": (text) => [asScript(readNewLines(text, 1))],
  "expiryTimer: moment": (text) => [asScript(expiryTimer(text)), asScript(expiryTimer(`Jan 1 2031 (${text})`))],
  "setExpiry: moment": (text) => [setExpiry(`Jan 1 2031 (${text})`)],
  "userData: moment": (text) => [asScript(userData(`Jan 1 2031 (${text})`))],
  "exec: words": (text) => [script(scriptOf(["printf", "%s\\0", text, "second"]))],
  "exec: the command's own name": (text) => [script(`${scriptOf([text, "x"]).trimEnd()} || true\n`)],
};

function script(text: string): RemoteScript {
  return { name: "exec", timeoutMs: 60_000, text };
}

const asScript = script;

it("every builder that takes text is in the list above", () => {
  const directory = fileURLToPath(new URL("../../src/remote", import.meta.url));
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const taking = files.flatMap((name) => {
    const source = readFileSync(join(directory, name), "utf8");
    const found = source.matchAll(/^export function (\w+)\(([^)]+)\): (?:RemoteScript|string)\b/gm);
    // Names from a closed list and numbers are no text.
    const isClosed = (parameter: string): boolean =>
      /^\w+\??: (?:Way|StepName|StoppableUnit|number)$/.test(parameter.trim());
    return [...found]
      .filter(([, , parameters = ""]) => !parameters.split(",").every(isClosed))
      .map(([, builder = ""]) => builder);
  });
  expect(taking.length).toBeGreaterThan(10);
  const listed = Object.keys(builders).map((name) => name.split(":")[0]);
  // Pieces that builders are made of (test/remote/quoting.test.ts), three that take no text from outside, a reader, and what takes
  // a hash.
  const pieces = [
    "shellQuote",
    "plainWord",
    "environmentText",
    "hereDocument",
    "remoteScript",
    "nginxConfiguration",
    "unpack",
    "checkRequestId",
    "seePage",
    "parseNewLines",
    "releaseName",
  ];
  expect(taking.filter((builder) => !listed.includes(builder) && !pieces.includes(builder))).toEqual([]);
});

describe.each(shells)("what %s reads", (shell) => {
  it.each(Object.keys(builders))("%s is never a command", (name) => {
    const host = new FakeHost();
    mkdirSync(host.path(`opt/lecture05/releases/${release}`), { recursive: true });
    for (const payload of payloads(host.canary)) {
      tally.tried += 1;
      for (const { text } of scriptsFor(name, payload)) {
        tally.run += 1;
        const { stderr } = host.run(shell, text);
        expect(host.canaries(), `${payload}\n${stderr}`).toEqual([]);
        expect(stderr).not.toMatch(/syntax error|unexpected|unterminated/i);
      }
    }
  });

  it("a canary would be seen: text that is not quoted makes it", () => {
    const careless = (text: string): string => `set -eu\nexport LC_ALL=C.UTF-8\necho ${text} >/dev/null\n`;
    const hatched = payloads("x").filter((_, index) => {
      const host = new FakeHost();
      host.run(shell, careless(payloads(host.canary)[index] ?? ""));
      return host.canaries().length > 0;
    });
    expect(hatched.length).toBeGreaterThan(12);
  });

  it("settings arrive as they are at the service, at rake and in the file", () => {
    for (const payload of payloads("nobody")) {
      const host = new FakeHost();
      mkdirSync(host.path(`opt/lecture05/releases/${release}`), { recursive: true });
      for (const { text } of scriptsFor("configureS3: bucket and region", payload)) {
        expect(host.run(shell, text).stderr).toBe("");
        expect(host.run(shell, installGems(release).text).stderr).toBe("");
        const seen = host.read("seen-by-bundle").split("\0");
        expect(seen).toContain(`S3_BUCKET=${payload}`);
        expect(seen).toContain(`AWS_REGION=${payload}`);
      }
    }
  });

  it("words after exec -- arrive unchanged, whatever they hold", () => {
    const host = new FakeHost();
    const words = [...payloads(host.canary), "", "-n", "--", "*", "~", "a  b", "\ttab", "'", '"', "\\", "\u001b[2J"];
    const wrapped = wrapScript(script(scriptOf(["printf", "%s\\0", ...words])), { token: "abc123", name: "exec" });
    const { stdout, stderr } = host.run(shell, wrapped);
    expect(stderr).toBe("");
    expect(stdout.split("\0").slice(0, -1)).toEqual(words);
    expect(stdout).toContain("lecture05-output abc123");
    expect(host.canaries()).toEqual([]);
  });
});

/** The scripts, or none when the builder refuses the text. */
function scriptsFor(name: string, text: string): readonly RemoteScript[] {
  try {
    return builders[name]?.(text) ?? [];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

describe("an application", () => {
  const contents = "$(touch nothing) `id`\nEND\nEND_OF_PART\n'\"\\\n";

  it.each(shells)("is unpacked by %s as it is, whatever its files are called", async (shell) => {
    const host = new FakeHost();
    const names = payloads(host.canary).map((name) => name.replaceAll("/", "_"));
    const app = host.path("work/my app; touch nothing $(id)");
    for (const name of [
      "Gemfile",
      "Gemfile.lock",
      "config.ru",
      "public/a.css",
      ...names,
      ...names.map((it) => `${it}/deeper/${it}.css`),
    ]) {
      const path = join(app, name.includes("/deeper/") ? `app/assets/${name}` : name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, contents);
    }
    const bundle = await bundleApp(app);
    for (const { text } of [
      createAppUser(),
      ...sendApp(bundle),
      configureApp(bundle.release),
      installGems(bundle.release),
    ]) {
      expect(host.run(shell, text).stderr).toBe("");
    }
    const unpacked = host.path(`opt/lecture05/releases/${bundle.release}`);
    for (const name of names) {
      expect(readFileSync(join(unpacked, name), "utf8")).toBe(contents);
      expect(readFileSync(join(unpacked, `app/assets/${name}/deeper/${name}.css`), "utf8")).toBe(contents);
      // As precompiling makes them, for the script that compresses them.
      mkdirSync(join(unpacked, "public/assets"), { recursive: true });
      writeFileSync(join(unpacked, "public/assets", `${name}.css`), contents);
    }
    for (const { text } of [
      prepareRelease(bundle.release),
      startPumaOnTcp(bundle.release),
      movePumaToSocket(),
      putNginxBeforePuma(),
    ]) {
      const { stderr } = host.run(shell, text);
      expect(stderr).not.toMatch(/not found|syntax|cannot/i);
    }
    for (const name of names)
      expect(readFileSync(join(unpacked, "public/assets", `${name}.css`), "utf8")).toBe(contents);
    expect(
      host.canaries().filter((path) => !path.startsWith("work/") && !path.startsWith("opt/lecture05/releases")),
    ).toEqual([]);
    expect(host.canaries().filter((path) => path.endsWith(`/${host.canary}`))).toEqual([]);
  });
});

afterAll(() => {
  recordFaultFigure({
    subject: "hostile texts in scripts",
    counted: "tried",
    value: tally.tried,
    promised: { atLeast: 850 },
  });
});
