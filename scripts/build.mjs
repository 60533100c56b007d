// Bundles the CLI and the sandbox daemon into dist/: CommonJS, code-split, minified, without runtime dependencies.
// Why this form: docs/decisions/0001-bundle.md.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { rolldown } from "rolldown";
import { compileChunks } from "./compile-chunks.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

const bundle = await rolldown({
  input: { cli: "src/cli.ts", "sandbox-daemon": "src/sandbox/main.ts" },
  platform: "node",
  resolve: { mainFields: ["module", "main"] },
  transform: { target: "node20", define: { LECTURE05_VERSION: JSON.stringify(version) } },
  // Optional parts of dockerode's ssh transport and of CycloneDX for XML; they are absent on purpose and the code copes.
  external: [
    "cpu-features",
    /\/sshcrypto\.node$/,
    "xmlbuilder2",
    "libxmljs2",
    "ajv",
    "ajv-formats",
    /^ajv-formats-draft/,
  ],
  onLog(level, log, handler) {
    // What the groups below put together is there when it is asked for.
    if (log.code === "INEFFECTIVE_DYNAMIC_IMPORT") return;
    if (level === "warn") throw new Error(`${log.code}: ${log.message}`);
    handler(level, log);
  },
});
rmSync("dist", { recursive: true, force: true });
mkdirSync("dist", { recursive: true });
const { output } = await bundle.write({
  dir: "dist",
  format: "cjs",
  minify: true,
  // Compiled code has no import(): V8's cache forgets who would answer it.
  dynamicImportInCjs: false,
  entryFileNames: "[name].cjs",
  chunkFileNames: "chunks/[name]-[hash].cjs",
  comments: false,
  // What is asked for often is read in one piece each: a file costs more than the bytes in it.
  codeSplitting: {
    groups: [
      {
        name: "start",
        test: /\/src\/commands\/(main|process-io|status|status\/view)\.ts$|rolldown\/runtime/,
        priority: 3,
      },
      // Alone, or whoever wants a word of it would read all of "reach".
      { name: "observed", test: /\/src\/observed\.ts$/, priority: 4 },
      { name: "help", test: /\/src\/commands\/program\.ts$/, priority: 2 },
      {
        name: "reach",
        test: /\/src\/(commands\/(stack-session|exec|create-reporter|default-services|sandbox\/control)|aws\/connect|reporter\/human|reporter\/json)\.ts$|\/@aws-sdk\/client-(sts|ssm)\/dist-es\/index\.js$/,
        priority: 1,
      },
      // Whoever loads one step loads all; without this each command that names one takes a file of its own out of them.
      { name: "steps", test: /\/src\/steps\/index\.ts$/ },
    ],
  },
});
// The entry binds nothing of the bundler's helpers; `--version` need not read them.
const entry = readFileSync("dist/cli.cjs", "utf8");
const bare = entry.replace(/^require\("\.\/chunks\/rolldown-runtime-[\w-]+\.cjs"\);/, "");
if (bare === entry) throw new Error(`dist/cli.cjs does not begin as expected: ${entry.slice(0, 80)}`);
writeFileSync("dist/cli.cjs", bare);
// ELK, the Docker client and the texts of `explain`: what they import does not import them, so nothing can see one of them
// half loaded.
const packed = /\/(elkjs|dockerode)\/|\/src\/explain\/explain\.ts$/;
for (const { fileName, code, moduleIds = [] } of output) {
  if (fileName.startsWith("chunks/") && moduleIds.some((id) => packed.test(id))) pack(fileName, code);
}
const fileWith = (group, code) =>
  join("dist", output.find((chunk) => chunk.name === group && chunk.code.includes(code)).fileName);
await compileChunks({ start: fileWith("start", "runCli"), reach: fileWith("reach", "GetCallerIdentity") });
writeFileSync("dist/THIRD-PARTY-LICENSES.txt", licensesOf(output));
writeFileSync("dist/package.json", '{ "type": "commonjs" }\n');
const files = readdirSync("dist", { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
process.stdout.write(`dist: ${files.length} files, ${(bytes / 1e6).toFixed(2)} MB\n`);

/**
 * A chunk that is large and seldom loaded lies compressed beside a file that unpacks it: a quarter of the size on the
 * disk of everybody, for a few milliseconds of those who draw a diagram or start the sandbox.
 */
function pack(fileName, code) {
  const file = join("dist", fileName);
  writeFileSync(`${file}.br`, brotliCompressSync(code));
  const unpack = `const loaded = new Module(__filename, module);
loaded.filename = __filename;
loaded.paths = module.paths;
loaded._compile(brotliDecompressSync(readFileSync(__filename + ".br")).toString(), __filename);
module.exports = loaded.exports;
`;
  const needs = [
    'const { readFileSync } = require("node:fs");',
    'const Module = require("node:module");',
    'const { brotliDecompressSync } = require("node:zlib");',
  ];
  writeFileSync(file, [...needs, unpack].join("\n"));
}

/**
 * The licences of all packages whose code is in the bundle; most of them ask for exactly this. Packages of one project
 * share their text, which is written once.
 */
function licensesOf(chunks) {
  const directories = new Set();
  for (const chunk of chunks) {
    for (const id of chunk.type === "chunk" ? chunk.moduleIds : []) {
      const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replace(/^\0/, ""));
      if (found) directories.add(found[1]);
    }
  }
  const packagesOf = new Map();
  for (const directory of directories) {
    const { name, version: release, license } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    const file = readdirSync(directory).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file && existsSync(join(directory, file)) ? readFileSync(join(directory, file), "utf8").trim() : "";
    packagesOf.set(text, [...(packagesOf.get(text) ?? []), `${name} ${release}: ${license ?? "see below"}`]);
  }
  const sections = [...packagesOf].map(([text, packages]) => `${packages.toSorted().join("\n")}\n\n${text}`.trim());
  return `${sections.toSorted().join("\n\n----\n\n")}\n`;
}
