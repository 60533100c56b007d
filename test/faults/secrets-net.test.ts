import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { bundleApp } from "../../src/remote/bundle-app.ts";
import { ProcessWatch, secretsBelow, secretsIn } from "../support/secret-scan.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import {
  applicationSecrets,
  environmentSecrets,
  hostSecrets,
  plantApplication,
  plantedEnvironment,
  saidByHost,
} from "./secrets/planted.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const planted = { ...environmentSecrets, ...hostSecrets };

afterEach(() => {
  vi.doUnmock("../../src/records/redact.ts");
  vi.resetModules();
});

/** Everything that writes what others said, each from modules that are loaded now. */
async function writeEverywhere(directory: string): Promise<Readonly<Record<string, string>>> {
  const { Lecture05Error } = await import("../../src/errors.ts");
  const { learnEnvironment } = await import("../../src/records/redact.ts");
  const { WorkLog, workLogFileName } = await import("../../src/records/work-log.ts");
  const { errorEvent } = await import("../../src/reporter/json.ts");
  const { errorLines } = await import("../../src/reporter/error-text.ts");
  learnEnvironment(plantedEnvironment);
  const said = `${saidByHost}\n${Object.values(environmentSecrets).join(" ")}`;
  const error = new Lecture05Error("REMOTE_COMMAND_FAILED", {
    what: { en: said, ja: said },
    why: { en: said, ja: said },
    next: [said],
    cause: new Error(said),
  });
  const log = new WorkLog(directory, () => new Date(0));
  log.append({ kind: "run", command: "up", event: "failed", error: said });
  const paint = (_colour: unknown, text: string): string => text;
  const options = { language: "ja" as const, paint, debug: true, bugsUrl: "https://bugs.example" };
  return {
    "work log": readFileSync(join(directory, workLogFileName), "utf8"),
    "error as an event": JSON.stringify(errorEvent(error, 1, options.bugsUrl)),
    "error for people": errorLines(error, options).join("\n"),
    "error on a narrow terminal": errorLines(error, { ...options, columns: 30 }).join("\n"),
  };
}

describe("the net that takes secrets out", () => {
  it("holds wherever something is written", async () => {
    for (const [place, text] of Object.entries(await writeEverywhere(temporaryDirectory()))) {
      expect(secretsIn(text.replaceAll(/\n\s*/g, ""), place, planted)).toEqual([]);
      expect(text).toContain("[redacted");
    }
  });

  it("is what holds: without it every secret is in every place", async () => {
    vi.resetModules();
    vi.doMock("../../src/records/redact.ts", async (original) => ({
      ...(await original<object>()),
      redact: (text: string) => text,
      redactDeep: (value: unknown) => value,
    }));
    for (const [place, text] of Object.entries(await writeEverywhere(temporaryDirectory()))) {
      if (place.includes("narrow")) continue;
      const found = secretsIn(text, place, planted).map(({ secret }) => secret);
      expect(found).toEqual(Object.keys(planted).filter((name) => name !== "password after exec"));
    }
  });
});

describe("the search itself", () => {
  it("finds a secret in every spelling, in files, names of files and processes", async () => {
    const secret = environmentSecrets["AWS session token"];
    const directory = temporaryDirectory();
    const bytes = (before: string): string => Buffer.from(`${before}${secret} and more`).toString("base64");
    const spelled = [
      secret,
      JSON.stringify({ a: secret }),
      JSON.stringify(JSON.stringify({ a: secret })),
      encodeURIComponent(secret),
      bytes(""),
      bytes("x"),
      bytes("xy"),
      bytes("xyz"),
      Buffer.from(secret).toString("hex"),
    ];
    for (const [index, text] of spelled.entries()) {
      expect(secretsIn(`before ${text} after`, "x", { secret }), text).toHaveLength(1);
      writeFileSync(join(directory, `file-${index}`), text);
    }
    writeFileSync(join(directory, environmentSecrets["token of a registry"]), "");
    expect(secretsBelow(directory, { secret, name: environmentSecrets["token of a registry"] })).toHaveLength(
      spelled.length + 1,
    );
    expect(secretsIn("nothing of that kind", "x", planted)).toEqual([]);

    const known = { argument: hostSecrets["bearer token"], variable: hostSecrets["private key"] };
    const watch = new ProcessWatch(known, () => [], 5);
    const child = spawn("sleep", ["5"], { argv0: `sleep ${known.argument}`, env: { KEY: known.variable } });
    onTestFinished(() => void child.kill());
    await vi.waitFor(() => expect(watch.hits).toHaveLength(2), { timeout: 5000 });
    expect(
      watch
        .stop()
        .hits.map(({ secret: name }) => name)
        .toSorted(),
    ).toEqual(["argument", "variable"]);
  });
});

describe("what leaves the machine or starts on it", () => {
  it("an application is sent without its keys", async () => {
    const app = join(temporaryDirectory(), "app");
    plantApplication(join(root, "app"), app);
    expect(secretsBelow(app, applicationSecrets).length).toBeGreaterThanOrEqual(5);
    const { base64, sizeBytes } = await bundleApp(app);
    const tar = gunzipSync(Buffer.from(base64, "base64"));
    expect(sizeBytes).toBeGreaterThan(1000);
    expect(secretsIn(tar, "archive", applicationSecrets)).toEqual([]);
    expect(tar.includes("config.ru")).toBe(true);
  });

  it("the package is made without keys that lie about where it is made", () => {
    const copy = temporaryDirectory();
    for (const part of ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "bin", "schema", "app", "docs"]) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    mkdirSync(join(copy, "dist"));
    plantApplication(join(root, "app"), join(copy, "app"));
    writeFileSync(join(copy, ".env"), `NPM_TOKEN=${environmentSecrets["token of a registry"]}\n`);
    mkdirSync(join(copy, ".lecture05"));
    writeFileSync(join(copy, ".lecture05", "state.json"), environmentSecrets["AWS secret key"]);
    execFileSync("npm", ["pack", "--ignore-scripts", "--silent"], { cwd: copy });
    const tarball = execFileSync("sh", ["-c", "gunzip -c *.tgz"], { cwd: copy, maxBuffer: 64 * 1024 * 1024 });
    expect(tarball.includes("package/app/config.ru")).toBe(true);
    expect(secretsIn(tarball, "package", { ...environmentSecrets, ...applicationSecrets })).toEqual([]);
  });
});
