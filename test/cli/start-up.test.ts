import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const inProject = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

interface Loaded {
  readonly chunks: number;
  readonly bytes: number;
  readonly builtins: readonly string[];
}

/** What the built program loads for a command; counted, because a clock would tell another story on each machine. */
function loadedFor(...args: string[]): Loaded {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "lecture05.config.json"), "{}");
  const { stderr } = spawnSync(
    process.execPath,
    ["--require", inProject("test/support/report-loaded.cjs"), inProject("bin/lecture05.js"), ...args],
    { cwd, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "", LECTURE05_SANDBOX_HOME: join(cwd, "sandbox") } },
  );
  const [, json] = /\nloaded (\{.*\})$/.exec(stderr) ?? [];
  if (json === undefined) throw new Error(`nothing was counted: ${stderr}`);
  return JSON.parse(json) as Loaded;
}

/** Slow to load, and of no use to a command that only reads a file. */
const forbidden = ["http", "https", "tls", "zlib", "child_process", "worker_threads", "readline"];
/** Node's streams cost more than all that these commands do. */
const quick = [...forbidden, "stream", "net", "tty"];

describe("what is loaded at start-up", () => {
  it.each([
    { args: ["--version"], chunks: 1, kilobytes: 1, builtins: quick },
    { args: ["status"], chunks: 3, kilobytes: 60, builtins: quick },
    { args: ["status", "--json"], chunks: 3, kilobytes: 60, builtins: quick },
    // commander brings child_process.
    { args: ["--help"], chunks: 12, kilobytes: 130, builtins: forbidden.filter((name) => name !== "child_process") },
    // With what a command that reaches a target shares, in one piece and compiled.
    { args: ["step", "--list"], chunks: 25, kilobytes: 1000, builtins: ["worker_threads"] },
  ])("for $args: at most $chunks files and $kilobytes KB", ({ args, chunks, kilobytes, builtins }) => {
    const loaded = loadedFor(...args);
    expect(loaded.chunks).toBeGreaterThan(0);
    expect(loaded.chunks).toBeLessThanOrEqual(chunks);
    expect(loaded.bytes / 1024).toBeLessThanOrEqual(kilobytes);
    expect(loaded.builtins.filter((name) => builtins.includes(name))).toEqual([]);
  });
});

it("loads no stream for a status that nobody reads", () => {
  const { stderr } = spawnSync(
    process.execPath,
    ["--require", inProject("test/support/report-loaded.cjs"), inProject("bin/lecture05.js"), "status"],
    {
      cwd: temporaryDirectory(),
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  expect(stderr).toContain('"builtins":');
  expect(stderr).not.toContain('"stream"');
});

// One `const sdk = await import(...)` brings in all of a client: EC2's is a megabyte to read.
it.each([
  ["RunInstances", "CreateTransitGateway"],
  ["SendCommand", "CreatePatchBaseline"],
  ["CreateRole", "CreateSAMLProvider"],
  ["CreateTargetGroup", "CreateTrustStore"],
  ["PutBucketPolicy", "CreateBucketMetadataTableConfiguration"],
])("holds %s of the SDK, and not %s, which nothing here calls", (used, unused) => {
  const files = readdirSync(inProject("dist"), { recursive: true, withFileTypes: true }).filter((it) =>
    /\.cjs(\.txt)?$/.test(it.name),
  );
  const code = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8")).join("\n");
  expect(code).toContain(used);
  expect(code).not.toContain(unused);
});

describe("the compiled code of the start", () => {
  /** A copy of the built program, so that it can be damaged. */
  function copy(): { readonly chunk: string; readonly run: () => string } {
    const root = temporaryDirectory();
    for (const part of ["bin", "dist"]) cpSync(inProject(part), join(root, part), { recursive: true });
    const chunks = join(root, "dist", "chunks");
    const source = readdirSync(chunks).find((name) => name.endsWith(".cjs.txt"));
    if (source === undefined) throw new Error("no chunk has compiled code");
    return {
      chunk: join(chunks, source.replace(/\.txt$/, "")),
      run: () =>
        execFileSync(process.execPath, [join(root, "bin", "lecture05.js"), "status", "--dir", root], {
          encoding: "utf8",
          env: { ...process.env, NODE_OPTIONS: "", LANG: "C", LC_ALL: "C" },
        }),
    };
  }
  const compiledOf = (chunk: string): string => `${chunk}.${process.arch}-${process.versions.v8}`;

  it("is accepted by the Node that built it", () => {
    const { chunk } = copy();
    const check = `
      const { readFileSync } = require("node:fs");
      const loader = readFileSync(process.env.CHUNK, "utf8").replace(/script\\.run[^]*/, "process.stdout.write(String(script.cachedDataRejected))");
      new Function("require", "__filename", loader)(require, process.env.CHUNK);`;
    const env = { ...process.env, NODE_OPTIONS: "", CHUNK: chunk };
    expect(execFileSync(process.execPath, ["-e", check], { encoding: "utf8", env })).toBe("false");
    writeFileSync(compiledOf(chunk), readFileSync(compiledOf(chunk)).subarray(0, 1000));
    expect(execFileSync(process.execPath, ["-e", check], { encoding: "utf8", env })).toBe("true");
  });

  it("is done without where it is cut off or of another Node", () => {
    const { chunk, run } = copy();
    const output = run();
    expect(output).toContain("lecture05 up");
    truncateSync(compiledOf(chunk), 1000);
    expect(run()).toBe(output);
    rmSync(compiledOf(chunk));
    expect(run()).toBe(output);
  });
});
