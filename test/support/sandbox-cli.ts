import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultServices } from "../../src/commands/default-services.ts";
import type { SandboxControl, Services } from "../../src/commands/services.ts";
import type { Ports } from "../../src/ports/index.ts";
import { sandboxServices } from "../../src/sandbox/create-world.ts";
import { createAutoScalingStore } from "../../src/sandbox/autoscaling/store.ts";
import { createEc2Store } from "../../src/sandbox/ec2/store.ts";
import { createElbv2Store } from "../../src/sandbox/elbv2/store.ts";
import { createRdsStore } from "../../src/sandbox/rds/store.ts";
import { createS3Store } from "../../src/sandbox/s3/store.ts";
import { createSsmStore } from "../../src/sandbox/ssm/store.ts";
import type { Step } from "../../src/steps/step.ts";
import { run, type RunResult } from "../cli/support/run.ts";
import { startTestSandbox, type TestSandbox } from "./sandbox.ts";

/** The real command line with the real steps and adapters on the sandbox's API; only hosts and proofs are stand-ins. */
export interface SandboxCli {
  readonly sandbox: TestSandbox;
  readonly cwd: string;
  /** Names of the scripts that ran on hosts. */
  readonly scripts: string[];
  run(...argv: string[]): Promise<RunResult>;
  stop(): Promise<void>;
}

const sandboxId = "0001";

export async function startSandboxCli(): Promise<SandboxCli> {
  const sandbox = await startTestSandbox({
    services: sandboxServices,
    stores: (home) => ({
      autoscaling: createAutoScalingStore(home),
      ec2: createEc2Store(home),
      elbv2: createElbv2Store(home),
      rds: createRdsStore(home),
      s3: createS3Store(home),
      ssm: createSsmStore(home),
    }),
  });
  // By which the state knows this sandbox again.
  writeFileSync(join(sandbox.home, "sandbox-id"), sandboxId);
  const cwd = mkdtempSync(join(tmpdir(), "lecture05 cli-"));
  const scripts: string[] = [];
  const real = defaultServices();
  const services: Services = {
    ...real,
    steps: async () => (await real.steps()).map(withoutProof),
    async connect(options) {
      const connection = await real.connect(options);
      return { ...connection, ports: withoutHosts(connection.ports, scripts) };
    },
    sandbox: async () => controlOf(sandbox),
  };
  return {
    sandbox,
    cwd,
    scripts,
    // Nobody answers for the caller's address here.
    run: (...argv) => run(argv, { cwd, services, env: { LECTURE05_ALLOW: "203.0.113.0/24" } }),
    async stop() {
      await sandbox.world.ec2.transitions.idle();
      await sandbox.stop();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

function controlOf({ endpoint, home, world }: TestSandbox): SandboxControl {
  const door = {
    url: endpoint,
    credentials: { ...world.iam.rootCredentials },
    identity: { id: sandboxId, home },
  };
  return {
    ensure: async () => door,
    find: async () => door,
    // Never empty: then a destroy does not stop what others use.
    status: async () => ({
      home,
      daemon: { pid: process.pid, port: 1 },
      containers: [{ name: "of another stack", state: "running" }],
      cache: undefined,
      holdsResources: true,
    }),
    stop: async () => false,
    reset: async () => {},
  };
}

const proof = {
  name: "stand-in",
  title: { en: "A stand-in for the proof", ja: "確認の代役" },
  expected: "yes",
  observed: "yes",
  ok: true,
} as const;

const withoutProof = (step: Step): Step => ({
  ...step,
  verify: async () => [proof],
  breaksWhenApplied: false,
  modules: async () => [],
});

function withoutHosts(ports: Ports, scripts: string[]): Ports {
  return {
    ...ports,
    shell: {
      online: async (ids) => [...ids],
      waitUntilOnline: async () => {},
      runOnAll: async () => [],
      async run(instanceId, { name }) {
        scripts.push(name);
        const stdout = name === "read-release" ? "0123456789ab\n" : "";
        return { instanceId, commandId: "c", exitCode: 0, stdout, stderr: "", durationMs: 1 };
      },
    },
    loadBalancing: {
      ...ports.loadBalancing,
      // Nothing answers behind the load balancer; who is registered is the real thing.
      targetHealth: async (arn) =>
        (await ports.loadBalancing.targetHealth(arn)).map(({ instanceId, port }) => ({
          instanceId,
          port,
          state: "healthy",
        })),
    },
  };
}
