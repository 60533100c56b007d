import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureProgram } from "./debian.mjs";
import { compareInTurn, timeProcess } from "./measure.mjs";
import { stateOf } from "./simulated-state.mjs";
import { bin, openSite } from "./site.mjs";

const rounds = 25;

/**
 * A process that asks AWS something: `status --live` of a stack without hosts, which is the command with the fewest calls
 * (who am I, then which instances), through its first call and to its end; against a Node that does nothing, and against
 * Debian's AWS CLI with one call.
 */
export async function firstCall() {
  const aws = await ensureProgram("/usr/bin/aws", "awscli");
  const site = await openSite();
  try {
    await site.cli("sandbox", "start");
    const { port, credentials } = site.daemon();
    mkdirSync(site.env.LECTURE05_DIR, { recursive: true });
    const { url: _, ...state } = stateOf(0);
    writeFileSync(join(site.env.LECTURE05_DIR, "state.json"), JSON.stringify({ ...state, stack: site.env.LECTURE05_STACK }));
    const options = { cwd: site.root, env: site.env };
    const live = () => timeProcess(process.execPath, [bin, "status", "--live"], options);
    const keys = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };
    const awsEnv = { PATH: process.env.PATH, HOME: site.root, AWS_REGION: "ap-northeast-1", AWS_DEFAULT_REGION: "ap-northeast-1", ...keys };
    const ask = ["sts", "get-caller-identity", "--endpoint-url", `http://127.0.0.1:${port}`];
    const callTimes = () => requestTimes(join(site.env.LECTURE05_SANDBOX_HOME, "requests.ndjson"), "GetCallerIdentity");
    const throughFirstCall = () => {
      const known = callTimes().length;
      const startedAt = Date.now();
      live();
      const seen = logged(() => callTimes().slice(known));
      return seen[0] - startedAt;
    };
    const rows = await compareInTurn(
      {
        "node -e 0": () => timeProcess(process.execPath, ["-e", "0"], options),
        "status --live, its first AWS call": throughFirstCall,
        "status --live, both its AWS calls": live,
        "aws sts get-caller-identity": () => timeProcess(aws, ask, { cwd: site.root, env: awsEnv }),
      },
      rounds,
    );
    const promise = { atMost: { ratio: 2.2 } };
    return rows.map((row) => (row.name.startsWith("status") ? { ...row, ...promise } : row));
  } finally {
    await site.close();
  }
}

/** When the daemon answered such calls. */
function requestTimes(file, operation) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line.includes(`"operation":"${operation}"`));
  return lines.map((line) => Date.parse(JSON.parse(line).time));
}

/** The daemon writes its log a moment after it has answered. */
function logged(find) {
  const deadline = Date.now() + 5000;
  for (;;) {
    const found = find();
    if (found.length > 0) return found;
    if (Date.now() > deadline) throw new Error("the daemon's log has no such call");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
}
