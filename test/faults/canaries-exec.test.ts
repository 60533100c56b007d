import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { connect } from "../../src/aws/connect.ts";
import { commandLogDirectory } from "../../src/remote/paths.ts";
import type { HostCommand } from "../../src/sandbox/runtime.ts";
import { ec2Service } from "../../src/sandbox/ec2/service.ts";
import { iamService } from "../../src/sandbox/iam/service.ts";
import { ssmService } from "../../src/sandbox/ssm/service.ts";
import { stsService } from "../../src/sandbox/sts/service.ts";
import { run } from "../cli/support/run.ts";
import { fakeServices } from "../cli/support/services.ts";
import { sampleState, writeState } from "../cli/support/state.ts";
import { makeManagedInstance, startSsmSandbox } from "../sandbox/ssm/ssm-sandbox.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { payloads, shells, startOf } from "./canaries/fake-host.ts";
import { recordFaultFigure } from "./support/figures.ts";

const canary = "canary-of-exec";
const words = [
  ...payloads(canary),
  "",
  "-n",
  "--instance",
  "--",
  "*",
  "~root",
  "a  b",
  "'",
  '"',
  "\\",
  "\n",
  "\u001b[2J",
];
let hatched = 0;

/** The command line, SSM on the real wire and the sandbox's runner, with a host that is this machine's shell. */
async function startExec() {
  const sandbox = await startSsmSandbox({ services: [ec2Service, ssmService, iamService, stsService] });
  const { id } = await makeManagedInstance(sandbox);
  // As long as the directory of a host in whose place it stands, because the runner is told how long a script is.
  const log = mkdtempSync("/tmp/canary-");
  onTestFinished(() => rmSync(log, { recursive: true, force: true }));
  expect(log).toHaveLength(commandLogDirectory.length);
  sandbox.runtime.onExec = (instanceId, command: HostCommand) => {
    const stdin = Buffer.from((command.stdin ?? "").toString().replaceAll(commandLogDirectory, log));
    return sandbox.host.exec(instanceId, { ...command, stdin });
  };
  const services = fakeServices();
  const { credentials } = sandbox.clientConfig();
  const control = await services.sandbox({});
  services.sandbox = async () => ({ ...control, ensure: async () => ({ url: sandbox.endpoint, credentials }) });
  services.connect = connect;
  const cwd = temporaryDirectory();
  const host = { instanceId: id, availabilityZone: "ap-northeast-1a", privateIp: "10.5.1.10" };
  writeState(cwd, sampleState({ hosts: [host], account: "000000000000" }));
  return { sandbox, services, cwd };
}

describe("exec", () => {
  it("hands words on through SSM and the sandbox unchanged, and none of them to a shell of this machine", async () => {
    const { sandbox, services, cwd } = await startExec();
    const { exitCode, stdout, stderr } = await run(["exec", "--", "printf", "%s\\0", ...words], { services, cwd });
    expect(stderr).toBe("");
    expect(stdout.split("\0").slice(0, -1)).toEqual(words);
    expect(exitCode).toBe(0);
    const argv = sandbox.runtime.executed.flatMap(({ command }) => command.argv).join("\n");
    expect(argv).not.toContain(canary);
    // The commands did arrive, on the way that is meant: standard input.
    const scripts = sandbox.runtime.executed.map(({ command }) => String(command.stdin ?? ""));
    expect(scripts.some((text) => text.includes(canary))).toBe(true);
    expect(canariesIn(cwd)).toEqual([]);
  });

  it("takes a single word as text for the host's shell, as it says: that canary does hatch", async () => {
    const { services, cwd } = await startExec();
    const place = join(cwd, canary);
    const quoted = `'${place}'`;
    expect((await run(["exec", "--", `touch ${quoted}`], { services, cwd })).exitCode).toBe(0);
    expect(readdirSync(cwd)).toContain(canary);
    rmSync(place);
  });
});

describe.each(shells)("sandbox env, read by %s", (shell) => {
  it("gives each value back as it is", async () => {
    for (const payload of payloads(canary)) {
      const services = fakeServices();
      services.sandboxStatus = { ...services.sandboxStatus, daemon: { pid: 1, port: 4566 } };
      const control = await services.sandbox({});
      services.sandbox = async () => ({
        ...control,
        find: async () => ({ url: payload, credentials: { accessKeyId: payload, secretAccessKey: payload } }),
      });
      const cwd = temporaryDirectory();
      const { stdout } = await run(["sandbox", "env"], { services, cwd });
      const text = `${stdout}printf '%s\\0' "$AWS_ENDPOINT_URL" "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"`;
      const read = spawnSync(shell, [...startOf[shell], "-euc", text], { cwd, encoding: "utf8" });
      expect(read.stderr).toBe("");
      expect(read.stdout.split("\0").slice(0, -1)).toEqual([payload, payload, payload]);
      expect(canariesIn(cwd)).toEqual([]);
    }
  });
});

it.each(["stack", "region", "target"])(
  "a %s that somebody wrote into the state by hand is looked at like one that is typed",
  async (key) => {
    const cwd = temporaryDirectory();
    for (const payload of payloads(canary)) {
      writeState(cwd, JSON.stringify({ ...sampleState(), [key]: payload }));
      for (const argv of [["status"], ["sandbox", "env"], ["up"], ["destroy", "--yes"]]) {
        const services = fakeServices();
        services.sandboxStatus = { ...services.sandboxStatus, daemon: { pid: 1, port: 4566 } };
        const { exitCode, stderr } = await run(argv, { services, cwd });
        expect(stderr).toContain(`Why: ${key}: "`);
        expect(stderr).toContain("Code: STATE_CORRUPT");
        expect(exitCode).toBe(1);
        expect(services.sandboxCalls).toEqual([]);
      }
    }
    expect(canariesIn(cwd)).toEqual([]);
  },
);

function canariesIn(cwd: string): string[] {
  const found = [cwd, process.cwd(), "/tmp", "/"].flatMap((place) =>
    readdirSync(place).filter((it) => it.startsWith(canary)),
  );
  hatched += found.length;
  return found;
}

afterAll(() => {
  recordFaultFigure({
    subject: "hostile texts in scripts",
    counted: "ran as a command",
    value: hatched,
    promised: { exactly: 0 },
  });
});
