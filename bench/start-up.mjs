import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareInTurn, timeProcess } from "./measure.mjs";
import { stateOf } from "./simulated-state.mjs";

const bin = fileURLToPath(new URL("../bin/lecture05.js", import.meta.url));
const maxRss = fileURLToPath(new URL("max-rss.cjs", import.meta.url));
const rounds = 25;

/** The most memory that a Node process ever had, in MB. */
function memoryOf(args, options) {
  const { status, stderr } = spawnSync(process.execPath, ["--require", maxRss, ...args], { ...options, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return Number(/\nmaxRSS (\d+)$/.exec(stderr)[1]) / 1024;
}

/** How long the quick commands take, against a Node that does nothing; and `status` of 1, 100 and 1,000 hosts. */
export async function startUp() {
  const root = mkdtempSync(join(tmpdir(), "lecture05-bench-"));
  try {
    const env = { PATH: process.env.PATH, HOME: root, LECTURE05_SANDBOX_HOME: join(root, "sandbox") };
    const node = (...args) => timeProcess(process.execPath, args, { cwd: root, env });
    const project = (hosts) => {
      const directory = join(root, String(hosts), ".lecture05");
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, "state.json"), JSON.stringify(stateOf(hosts)));
      return directory;
    };
    const [one, hundred, thousand] = [1, 100, 1000].map(project);
    const commands = await compareInTurn(
      {
        "node -e 0": () => node("-e", "0"),
        "--version": () => node(bin, "--version"),
        "--help": () => node(bin, "--help"),
        status: () => node(bin, "status", "--dir", one),
        "status --json": () => node(bin, "status", "--json", "--dir", one),
      },
      rounds,
    );
    const sizes = await compareInTurn(
      {
        "status, 1 host": () => node(bin, "status", "--dir", one),
        "status, 100 hosts": () => node(bin, "status", "--dir", hundred),
        "status, 1,000 hosts": () => node(bin, "status", "--dir", thousand),
      },
      rounds,
    );
    const promised = { "--version": 1.15, status: 1.25, "status --json": 1.25, "status, 1,000 hosts": 2 };
    const times = [...commands, ...sizes].map((row) => {
      const ratio = promised[row.name];
      return ratio === undefined ? row : { ...row, atMost: { ratio } };
    });
    const memory = await compareInTurn(
      {
        "memory of node -e 0": () => memoryOf(["-e", "0"], { cwd: root, env }),
        "memory of status": () => memoryOf([bin, "status", "--dir", one], { cwd: root, env }),
        "memory of status, 1,000 hosts": () => memoryOf([bin, "status", "--dir", thousand], { cwd: root, env }),
      },
      5,
    );
    return [...times, ...memory.map((row) => ({ ...row, unit: "MB" }))];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
