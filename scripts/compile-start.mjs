// What V8 made of the start's code travels with it: compiling took longer than the rest of `status`. It is named
// after the processor and the V8 that can use it; any other compiles as ever. See docs/performance.md.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stateOf } from "../bench/simulated-state.mjs";

const loader = `const { readFileSync } = require("node:fs");
const { Script } = require("node:vm");
let cachedData;
try {
  cachedData = readFileSync(__filename + "." + process.arch + "-" + process.versions.v8);
} catch {}
const source = "(function (exports, require, module, __filename, __dirname) {" + readFileSync(__filename + ".txt", "utf8") + "\\n})";
const script = new Script(source, { filename: __filename + ".txt", cachedData });
script.runInThisContext()(exports, require, module, __filename, __dirname);
`;
/** The functions that were called are in the cache, too, so it is made of a process that has done the work. */
const keep = `process.on("exit", () => writeFileSync(__filename + "." + process.arch + "-" + process.versions.v8, script.createCachedData()));
const { writeFileSync } = require("node:fs");
`;

/** Puts a chunk of dist behind a loader that knows the compiled code. */
export function compileStart(file) {
  const path = resolve(file);
  writeFileSync(`${path}.txt`, readFileSync(path));
  const root = mkdtempSync(join(tmpdir(), "lecture05-build-"));
  try {
    writeFileSync(path, loader + keep);
    writeFileSync(join(root, "state.json"), JSON.stringify(stateOf(1)));
    const bin = fileURLToPath(new URL("../bin/lecture05.js", import.meta.url));
    // Of all settings only these: the developer's own language, stack or colours are none of the package's business.
    const env = {
      PATH: process.env.PATH,
      HOME: root,
      LECTURE05_SANDBOX_HOME: join(root, "sandbox"),
      LANG: "ja_JP.UTF-8",
    };
    const { status, stderr } = spawnSync(process.execPath, [bin, "status", "--dir", root], {
      cwd: root,
      env,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`status, for its compiled code, ended with ${status}: ${stderr}`);
    const compiled = `${path}.${process.arch}-${process.versions.v8}`;
    if (statSync(compiled).size === 0) throw new Error(`nothing was compiled: ${compiled}`);
  } finally {
    writeFileSync(path, loader);
    rmSync(root, { recursive: true, force: true });
  }
}
