// What V8 made of the code that every command runs travels with it: compiling took longer than the rest of `status`, and
// half of the way to AWS. It is named after the processor and the V8 that can use it; any other compiles as ever. See
// docs/performance.md.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stateOf } from "../bench/simulated-state.mjs";

const bin = fileURLToPath(new URL("../bin/lecture05.js", import.meta.url));
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

/** Puts chunks of dist behind a loader that knows the compiled code: `status` compiles `start`, a remote command `reach`. */
export async function compileChunks({ start, reach }) {
  const root = mkdtempSync(join(tmpdir(), "lecture05-build-"));
  const aws = await startAnswering();
  try {
    writeFileSync(join(root, "state.json"), JSON.stringify(stateOf(1)));
    await compile(start, root, ["status"], {});
    const real = { ...stateOf(1), target: "aws", account: "123456789012" };
    writeFileSync(join(root, "state.json"), JSON.stringify(real));
    await compile(reach, root, ["exec", "--", "true"], aws.env);
  } finally {
    aws.close();
    rmSync(root, { recursive: true, force: true });
  }
}

async function compile(file, root, args, settings) {
  const path = resolve(file);
  writeFileSync(`${path}.txt`, readFileSync(path));
  try {
    writeFileSync(path, loader + keep);
    // Of all settings only these: the developer's own language, stack or colours are none of the package's business.
    const env = {
      PATH: process.env.PATH,
      HOME: root,
      LECTURE05_SANDBOX_HOME: join(root, "sandbox"),
      LANG: "ja_JP.UTF-8",
      ...settings,
    };
    await run([bin, ...args.slice(0, 1), "--dir", root, ...args.slice(1)], { cwd: root, env });
    const compiled = `${path}.${process.arch}-${process.versions.v8}`;
    if (statSync(compiled).size === 0) throw new Error(`nothing was compiled: ${compiled}`);
  } finally {
    writeFileSync(path, loader);
  }
}

function run(words, options) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, words, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (printed += part));
    child.on("error", fail);
    child.on("close", (code) => {
      if (code === 0) done();
      else fail(new Error(`${words.join(" ")}, for its compiled code, ended with ${code}: ${printed}`));
    });
  });
}

/** The answers of AWS that a remote command needs; what it asks is not looked at. */
async function startAnswering() {
  const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
    <Arn>arn:aws:iam::123456789012:user/build</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
    </GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
  const command = { CommandId: "0", InstanceId: "i-0" };
  const done = { ...command, Status: "Success", ResponseCode: 0, StandardOutputContent: "", StandardErrorContent: "" };
  const server = createServer((request, response) => {
    request.resume();
    const target = request.headers["x-amz-target"];
    const isJson = target !== undefined;
    const answer = target?.endsWith(".SendCommand") ? { Command: command } : done;
    response.writeHead(200, { "content-type": isJson ? "application/x-amz-json-1.1" : "text/xml" });
    response.end(isJson ? JSON.stringify(answer) : identity);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${server.address().port}`,
      AWS_ACCESS_KEY_ID: "AKIABUILD",
      AWS_SECRET_ACCESS_KEY: "build",
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
