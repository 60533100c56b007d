// Loaded with `node --require` before the real CLI: the fault at one point of a run, from outside of the product.
// It sees every request and every change of a file in the state directory just before and just after it happens, notes
// them (LECTURE05_TRACE), and at the point in LECTURE05_FAULT does what a kill, a terminal, a network or a disk does.
"use strict";
const fs = require("node:fs");
const http = require("node:http");
const { basename, dirname, resolve } = require("node:path");
const { Duplex } = require("node:stream");
const { syncBuiltinESMExports } = require("node:module");

const { appendFileSync } = fs;
/** @type {{ key: string, when: "before" | "after", mode: string } | undefined} */
const fault = process.env.LECTURE05_FAULT ? JSON.parse(process.env.LECTURE05_FAULT) : undefined;
/** Where requests and file changes are noted, one JSON object a line. */
const trace = process.env.LECTURE05_TRACE;
/** The double's network: where pages are served, and how much shorter waits are, up to which length. */
const theDouble = () => JSON.parse(process.env.LECTURE05_DOUBLE);
const { waitScale, longestScaledMs = 2_500, impatienceMs = 0 } = theDouble();
const stateDirectory = resolve(process.env.LECTURE05_DIR);

// --- points ----------------------------------------------------------------------------------------------------------

let step = "start";
/** How often each kind of thing happened in the present step. */
const counts = new Map();
let previousRead = "";
/** A cut network stays cut: what comes later fails, too. */
let networkIsDown = false;

/** The name of a point is stable from run to run, whatever ran beside it: step, what is done, and for which time. */
function pointOf(label) {
  const count = (counts.get(label) ?? 0) + 1;
  counts.set(label, count);
  return `${step} | ${label} | ${count}`;
}

function note(entry) {
  if (trace) appendFileSync(trace, `${JSON.stringify(entry)}\n`);
}

function isFault(key, when) {
  if (key === undefined || fault?.key !== key || fault.when !== when) return false;
  note({ fired: key, when, mode: fault.mode });
  return true;
}

/** Signals reach the process as they would from a terminal: by the system, and the handler runs when the loop comes round. */
function strike(mode) {
  switch (mode) {
    case "kill":
      process.kill(process.pid, "SIGKILL");
      for (;;);
    case "int":
      process.kill(process.pid, "SIGINT");
      return;
    case "int twice":
      process.kill(process.pid, "SIGINT");
      realSetTimeout(() => process.kill(process.pid, "SIGINT"), secondPressMs);
      return;
    case "term":
      process.kill(process.pid, "SIGTERM");
      return;
    case "hup":
      process.kill(process.pid, "SIGHUP");
      return;
    default:
      throw new Error(`no fault ${mode}`);
  }
}

/** A second press comes after the time within which two are taken for one, and before a call that hangs is answered. */
const secondPressMs = 350;
const hangMs = 5_000;
const realSetTimeout = global.setTimeout;

/** Between a signal and the moment when the process learns of it, at the end of a turn of its loop, a call may leave. */
const wrapped = new Map(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => [signal, new WeakMap()]));
const { on, off } = process;
process.on = function watchedOn(event, listener) {
  const known = wrapped.get(event);
  if (!known) return on.call(process, event, listener);
  const noticing = (...args) => {
    note({ noticed: event });
    listener(...args);
  };
  known.set(listener, noticing);
  return on.call(process, event, noticing);
};
process.off = (event, listener) => off.call(process, event, wrapped.get(event)?.get(listener) ?? listener);

const isNetwork = (mode) => mode === "net" || mode === "net down";

// --- requests --------------------------------------------------------------------------------------------------------

const realRequest = http.request;

http.request = function request(...args) {
  const options = typeof args[0] === "string" || args[0] instanceof URL ? { ...args[1] } : { ...args[0] };
  const url = typeof args[0] === "string" || args[0] instanceof URL ? new URL(args[0]) : undefined;
  const host = String(url?.hostname ?? options.hostname ?? options.host ?? "");
  if (options.socketPath || !host) return realRequest.apply(this, args);
  if (host.startsWith("10.")) {
    // Hosts are behind their security group: packets from outside get no answer.
    const { agent: _agent, ...rest } = options;
    return realRequest.call(this, url, { ...rest, createConnection: () => new BlackHole() });
  }
  if (host.startsWith("127.0.5.")) {
    url.hostname = "127.0.0.1";
    url.port = String(theDouble().pagePort);
    args[0] = url;
  }
  return watch(realRequest.apply(this, args));
};
http.get = function get(...args) {
  const request = http.request(...args);
  request.end();
  return request;
};

class BlackHole extends Duplex {
  _read() {}
  _write() {}
}

function watch(request) {
  const { end, emit } = request;
  let key;
  let isAws = false;
  request.end = function watchedEnd(...args) {
    const body = typeof args[0] === "function" || args[0] == null ? "" : Buffer.from(args[0]).toString("latin1");
    isAws = request.getHeader("authorization") !== undefined;
    const label = labelOf(request, body, isAws);
    // Looking again at the same thing is a wait, and how often it looks differs from run to run.
    const read = `${label} ${body}`;
    if (read !== previousRead) key = pointOf(label);
    previousRead = read;
    if (key !== undefined) note({ point: key, kind: isAws ? "aws" : "page" });
    if (networkIsDown) return fail(request);
    if (isFault(key, "before")) {
      if (isNetwork(fault.mode)) {
        networkIsDown = fault.mode === "net down";
        return fail(request);
      }
      strike(fault.mode);
      if (fault.mode === "int twice") return hang(request, () => end.apply(this, args));
    }
    return end.apply(this, args);
  };
  request.emit = function watchedEmit(event, ...args) {
    if (event !== "response" || !isFault(key, "after")) return emit.call(this, event, ...args);
    const [response] = args;
    if (isNetwork(fault.mode)) {
      networkIsDown = fault.mode === "net down";
      // The effect is there, its answer never arrives.
      response.resume().once("end", () => fail(request));
      return true;
    }
    strike(fault.mode);
    const answer = () => emit.call(request, event, ...args);
    if (fault.mode === "int twice") return hang(request, answer);
    // The signal is there before the answer is.
    setImmediate(() => setImmediate(answer));
    return true;
  };
  return request;
}

function hang(request, then) {
  const timer = realSetTimeout(then, hangMs);
  // A process that gives the call up must not be kept alive by this.
  request.once("close", () => clearTimeout(timer));
  return true;
}

function fail(request) {
  request.destroy();
  const error = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", errno: -104, syscall: "read" });
  process.nextTick(() => request.emit("error", error));
  return request;
}

function labelOf(request, body, isAws) {
  if (!isAws) return `${request.method} ${request.path.replace(/[0-9a-f]{8,}|\d+/g, "N").split("?")[0]}`;
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)/.exec(String(request.getHeader("authorization")))?.[1];
  const target = request.getHeader("x-amz-target");
  const action = target ? String(target).split(".")[1] : /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  if (action) return `${service} ${action}`;
  const { pathname, searchParams } = new URL(request.path, "http://s3");
  const keys = [...searchParams.keys()].filter((name) => name !== "x-id").join("&");
  const level = pathname.split("/").filter(Boolean).length > 1 ? "object" : "bucket";
  return `${service} ${request.method} ${level}${keys ? `?${keys}` : ""}`;
}

// --- files -----------------------------------------------------------------------------------------------------------

const isState = (file) => typeof file === "string" && dirname(resolve(file)) === stateDirectory;
/** A full disk. Only where it can be met: renaming what is written already needs no room, but directories do. */
const diskFull = (file) =>
  Object.assign(new Error(`ENOSPC: no space left on device, '${file}'`), {
    code: "ENOSPC",
    errno: -28,
    syscall: "rename",
  });

function watchSync(name, labelFor) {
  const real = fs[name];
  fs[name] = function watched(...args) {
    const label = labelFor(...args);
    if (label === undefined) return real.apply(this, args);
    const key = pointOf(label);
    note({ point: key, kind: "state" });
    if (isFault(key, "before")) {
      if (fault.mode === "disk") throw diskFull(args[1]);
      strike(fault.mode);
    }
    const result = real.apply(this, args);
    if (isFault(key, "after")) strike(fault.mode);
    return result;
  };
}
watchSync("renameSync", (from, to) => (isState(to) ? `rename to ${nameOf(to)}` : undefined));
watchSync("linkSync", (from, to) => (isState(to) ? `link ${nameOf(to)}` : undefined));
watchSync("copyFileSync", (from, to) => (isState(to) ? `copy to ${nameOf(to)}` : undefined));

const realRename = fs.rename;
fs.rename = function rename(from, to, callback) {
  if (!isState(to)) return realRename.call(fs, from, to, callback);
  const key = pointOf(`rename to ${nameOf(to)}`);
  note({ point: key, kind: "state" });
  if (isFault(key, "before")) {
    if (fault.mode === "disk") return process.nextTick(callback, diskFull(to));
    strike(fault.mode);
  }
  return realRename.call(fs, from, to, (error) => {
    if (isFault(key, "after")) strike(fault.mode);
    callback(error);
  });
};

const realPromisedRename = fs.promises.rename;
fs.promises.rename = async function rename(from, to) {
  const key = isState(to) ? pointOf(`rename to ${nameOf(to)}`) : undefined;
  if (key !== undefined) note({ point: key, kind: "state" });
  if (isFault(key, "before")) {
    if (fault.mode === "disk") throw diskFull(to);
    strike(fault.mode);
  }
  await realPromisedRename.call(fs.promises, from, to);
  if (isFault(key, "after")) strike(fault.mode);
};

/** Names of temporary files carry numbers of their own. */
const nameOf = (file) => basename(file).replace(/\d{3,}/g, "N");

// --- the run's own words ---------------------------------------------------------------------------------------------

const learnStep = (chunk) => {
  for (const [, event, name] of String(chunk).matchAll(
    /"type":"(step\.started|step\.ahead|run\.finished)",(?:"step":"([a-z0-9-]+)")?/g,
  )) {
    step = { "step.started": name, "step.ahead": `${name} ahead` }[event] ?? "end";
    counts.clear();
  }
};

const realWrite = process.stdout.write.bind(process.stdout);
process.stdout.write = function write(chunk, ...rest) {
  learnStep(chunk);
  return realWrite(chunk, ...rest);
};

// Where stdout is a pipe, the tool writes past the stream.
const realWriteSync = fs.writeSync;
fs.writeSync = function writeSync(descriptor, chunk, ...rest) {
  if (descriptor === 1) learnStep(chunk);
  return realWriteSync(descriptor, chunk, ...rest);
};

// --- time ------------------------------------------------------------------------------------------------------------

/** So much later it seems to be after each pause: whoever looks again after `impatienceMs` at most looks only twice. */
let hurriedMs = 0;
if (impatienceMs > 0) {
  const RealDate = Date;
  global.Date = class extends RealDate {
    constructor(...args) {
      super(...(args.length === 0 ? [RealDate.now() + hurriedMs] : args));
    }
    static now = () => RealDate.now() + hurriedMs;
  };
}

const shortestPauseMs = 200;
global.setTimeout = Object.assign((callback, ms, ...rest) => {
  if (ms >= shortestPauseMs && ms <= longestScaledMs) hurriedMs += impatienceMs;
  return realSetTimeout(callback, ms > longestScaledMs ? ms : ms * waitScale, ...rest);
}, realSetTimeout);

syncBuiltinESMExports();
