import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { docker, run } from "./commands.mjs";

export const bin = fileURLToPath(new URL("../bin/lecture05.js", import.meta.url));

const prefix = "lecture05-bench-";
/** On containers and networks that are no sandbox's: the process of the bench that made them. */
export const label = "lecture05.bench";

/**
 * A sandbox of the bench's own, with a project in it; `close` removes both. With `ownCache` what it downloads is its own, too,
 * and begins as a copy of what this user's sandboxes have.
 */
export async function openSite({ ownCache = false } = {}) {
  await removeAbandoned();
  const root = mkdtempSync(join(tmpdir(), prefix));
  writeFileSync(join(root, "owner"), String(process.pid));
  if (ownCache && existsSync(usersCache())) cpSync(usersCache(), cacheIn(root), { recursive: true });
  return siteIn(root, ownCache);
}

const cacheIn = (root) => join(root, "cache");

/** As src/sandbox/host-cache.ts has it. */
function usersCache() {
  const { LECTURE05_SANDBOX_CACHE: own, XDG_CACHE_HOME: cache } = process.env;
  if (own && own !== "off") return resolve(own);
  return join(cache ? resolve(cache) : join(homedir(), ".cache"), "lecture05", "hosts");
}

function siteIn(root, ownCache) {
  const home = join(root, "sandbox");
  const env = {
    ...process.env,
    LECTURE05_SANDBOX_HOME: home,
    LECTURE05_DIR: join(root, "state"),
    LECTURE05_STACK: "bench",
    ...(ownCache ? { LECTURE05_SANDBOX_CACHE: cacheIn(root) } : {}),
  };
  const start = (args, options) => run(process.execPath, [bin, ...args], { cwd: root, env, ...options });
  const json = (name) => JSON.parse(readFileSync(join(home, name), "utf8"));
  return {
    root,
    env,
    cli: (...args) => start(args),
    sandboxId: () => readFileSync(join(home, "sandbox-id"), "utf8").trim(),
    /** Port and key of the daemon, and its process. */
    daemon() {
      const { port, pid } = json("daemon.json");
      const { accessKeyId, secretAccessKey } = json("iam.json").root;
      return { port, pid, credentials: { accessKeyId, secretAccessKey } };
    },
    async close() {
      // A sandbox that was never begun has nothing to be reset.
      if (existsSync(home)) await start(["sandbox", "reset", "--yes"], { cleansUp: true });
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** What a bench left that was killed. One that still runs keeps what it has. */
async function removeAbandoned() {
  for (const name of readdirSync(tmpdir())) {
    const owner = join(tmpdir(), name, "owner");
    if (name.startsWith(prefix) && existsSync(owner) && !isBench(readFileSync(owner, "utf8"))) {
      await siteIn(join(tmpdir(), name), false).close();
    }
  }
  const format = `{{.ID}} {{.Label "${label}"}}`;
  for (const [kind, list] of [
    ["rm", ["ps", "--all"]],
    ["network rm", ["network", "ls"]],
  ]) {
    const lines = (await docker([...list, "--filter", `label=${label}`, "--format", format])).split("\n").filter(Boolean);
    for (const line of lines) {
      const [id, owner] = line.split(" ");
      if (!isBench(owner)) await docker([...kind.split(" "), ...(kind === "rm" ? ["--force"] : []), id]);
    }
  }
}

export function isBench(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("bench/run.mjs");
  } catch {
    return false;
  }
}

/** Memory of a process in MB: now, and the most it ever had. */
export function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)[1]) / 1024;
  return { now: field("VmRSS"), most: field("VmHWM") };
}
