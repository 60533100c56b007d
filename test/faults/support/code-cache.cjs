// Loaded before a program: what V8 made of it in one process is taken over by those after it. Thousands of processes of
// the same program run here, and without this half of their time goes to compiling it. What runs stays the same.
"use strict";
const fs = require("node:fs");
const Module = require("node:module");
const { basename, dirname, join, resolve, sep } = require("node:path");
const vm = require("node:vm");

const directory = process.env.LECTURE05_CODE_CACHE;
/** A run that nobody disturbs: the functions that it was the first to call are kept with the others. */
const isKeeper = process.env.LECTURE05_CODE_CACHE_KEEP === "1";
/** Where the program lies; the CLI does in dist/. */
const program = resolve(process.env.LECTURE05_CODE_CACHE_OF ?? resolve(__dirname, "../../../dist")) + sep;
// The faults come by these functions, too; what is done here is nothing that a fault could meet.
const { readFileSync, renameSync, writeFileSync } = fs;
const compiled = new Map();

/** By its length, too: an archive unpacks itself under its own name. */
const placeOf = (filename, source) => join(directory, `${basename(filename)}-${source.length}`);

function compile(source, filename) {
  const place = placeOf(filename, source);
  let cachedData;
  try {
    cachedData = readFileSync(place);
  } catch {
    // The first one to need it.
  }
  const script = new RealScript(source, { filename, cachedData });
  if (isKeeper || cachedData === undefined || script.cachedDataRejected) compiled.set(place, script);
  return script;
}

const RealScript = vm.Script;
/** A chunk that brings compiled code of its own: it was made under other flags. */
vm.Script = function Script(source, options) {
  const { filename = "" } = options ?? {};
  return filename.startsWith(program) ? compile(source, filename) : new RealScript(source, options);
};

const realCompile = Module.prototype._compile;
Module.prototype._compile = function _compile(content, filename) {
  if (!filename.startsWith(program)) return realCompile.call(this, content, filename);
  const require = Object.assign((id) => this.require(id), {
    cache: Module._cache,
    main: process.mainModule,
    resolve: (id) => Module._resolveFilename(id, this),
    // V8 forgets, with code that it takes over, who answers its import().
    builtin: (id) => import(id),
  });
  const source = content.replaceAll(/\bimport\(`(node:[\w/]+)`\)/g, "require.builtin(`$1`)");
  const run = compile(Module.wrap(source), filename).runInThisContext();
  return run.call(this.exports, this.exports, require, this, filename, dirname(filename));
};

process.once("exit", () => {
  for (const [place, script] of compiled) {
    const written = `${place}.${process.pid}`;
    try {
      writeFileSync(written, script.createCachedData());
      renameSync(written, place);
    } catch {
      // The tests are over, and the directory is gone.
    }
  }
});
