// The CLI, once more and once more in one process: started as bin/lecture05.js starts it, over when nothing is left to do,
// as a process of its own is. What it loaded stays loaded, which is most of what a short command costs.
"use strict";
const { writeSync } = require("node:fs");
const { resolve } = require("node:path");

const projectRoot = resolve(__dirname, "../../..");
const launcher = resolve(projectRoot, "bin/lecture05.js");
const entry = resolve(projectRoot, "dist/cli.cjs");

// Each command listens to the streams anew, as the only one of its process.
for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);

process.on("message", ({ args, cwd, env }) => {
  // Only the command keeps the process now.
  process.channel.unref();
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  process.argv = [process.execPath, launcher, ...args];
  process.exitCode = undefined;
  for (const file of [launcher, entry]) delete require.cache[file];
  require(launcher);
});

process.on("beforeExit", (code) => {
  process.channel.ref();
  // Behind everything that the command printed.
  tell(`\0${code}\0`);
});

function tell(text) {
  for (;;) {
    try {
      writeSync(1, text);
      return;
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}
