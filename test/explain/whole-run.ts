import { join } from "node:path";
import { createAutoScaling } from "../../src/aws/auto-scaling.ts";
import { createImages } from "../../src/aws/images.ts";
import { lookAtAll } from "../../src/sandbox/autoscaling/keeper.ts";
import { autoScalingService } from "../../src/sandbox/autoscaling/service.ts";
import { createAutoScalingStore } from "../../src/sandbox/autoscaling/store.ts";
import { createClients, type Clients } from "../../src/aws/clients.ts";
import { createCompute } from "../../src/aws/compute.ts";
import { createDatabases } from "../../src/aws/databases.ts";
import { createIdentity } from "../../src/aws/identity.ts";
import { createLoadBalancing } from "../../src/aws/load-balancing.ts";
import { createNetwork } from "../../src/aws/network.ts";
import { createObjectStorage } from "../../src/aws/object-storage.ts";
import { createParameters } from "../../src/aws/parameters.ts";
import { createClock } from "../../src/engine/interrupt.ts";
import { openSession } from "../../src/engine/session.ts";
import type { Ports } from "../../src/ports/index.ts";
import type { RemoteScript } from "../../src/ports/shell.ts";
import { WorkLog } from "../../src/records/work-log.ts";
import { ec2Service } from "../../src/sandbox/ec2/service.ts";
import { createEc2Store } from "../../src/sandbox/ec2/store.ts";
import { elbv2Service } from "../../src/sandbox/elbv2/service.ts";
import { createElbv2Store } from "../../src/sandbox/elbv2/store.ts";
import { iamService } from "../../src/sandbox/iam/service.ts";
import { rdsService } from "../../src/sandbox/rds/service.ts";
import { createRdsStore } from "../../src/sandbox/rds/store.ts";
import { s3Service } from "../../src/sandbox/s3/service.ts";
import { createS3Store } from "../../src/sandbox/s3/store.ts";
import { ssmService } from "../../src/sandbox/ssm/service.ts";
import { createSsmStore } from "../../src/sandbox/ssm/store.ts";
import { steps } from "../../src/steps/index.ts";
import { ec2 } from "../../src/steps/ec2.ts";
import { s3 } from "../../src/steps/s3.ts";
import { startTestSandbox } from "../support/sandbox.ts";

/** Everything that a run sends: to AWS, and to the host. */
export interface WholeRun {
  readonly requests: readonly { readonly operation: string; readonly input: Record<string, unknown> }[];
  readonly scripts: readonly RemoteScript[];
}

export const appDirectory = new URL("../../app", import.meta.url).pathname;
export const allowed = "203.0.113.7/32";

/**
 * Applies all steps through the real adapters on the sandbox's API, with no machine behind it: the shell answers that
 * every script went well, the load balancer that its targets do. Leaves the state in `directory`.
 */
export async function applyAll(directory: string): Promise<WholeRun> {
  const sandbox = await startTestSandbox({
    services: [autoScalingService, ec2Service, elbv2Service, iamService, rdsService, s3Service, ssmService],
    stores: (home) => ({
      autoscaling: createAutoScalingStore(home),
      ec2: createEc2Store(home),
      elbv2: createElbv2Store(home),
      rds: createRdsStore(home),
      s3: createS3Store(home),
      ssm: createSsmStore(home),
    }),
  });
  const { region, endpoint, credentials } = sandbox.clientConfig();
  const clients = createClients({ region, endpoint, credentials });
  const requests = await recordRequests(clients);
  const scripts: RemoteScript[] = [];
  const signal = new AbortController().signal;
  // The sandbox's time goes with the waits, in which its Auto Scaling is at work.
  let waitedMs = 0;
  const now = (): Date => new Date(Date.now() + waitedMs);
  Object.assign(sandbox.world, { now });
  const clock = {
    ...createClock(signal),
    now,
    async sleep(ms: number): Promise<void> {
      waitedMs += ms;
      await lookAtAll(sandbox.world);
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
  const account = sandbox.world.account;
  const options = { clock, pollMs: 5, callerAddressUrl: "", region, account };
  const loadBalancing = createLoadBalancing(clients, options);
  const databases = createDatabases(clients, options);
  const ports: Partial<Ports> = {
    network: createNetwork(clients, options),
    compute: createCompute(clients, options),
    databases: {
      ...databases,
      async waitUntilAvailable(stack, id) {
        const found = await databases.find(stack, id);
        if (!found) throw new Error(`no database ${id}`);
        return { ...found, endpoint: { address: "DATABASE-ENDPOINT", port: 3306 } };
      },
    },
    autoScaling: createAutoScaling(clients),
    // The tags of a resource are one setting of it, which its creation has shown.
    expiry: { tag: async () => {}, find: async () => undefined },
    identity: createIdentity(clients),
    images: createImages(clients, options),
    parameters: createParameters(clients),
    objectStorage: createObjectStorage(clients, options),
    loadBalancing: {
      ...loadBalancing,
      targetHealth: async (arn) =>
        (await loadBalancing.targetHealth(arn)).map((target) => ({ ...target, state: "healthy" })),
    },
    shell: {
      online: async (ids) => [...ids],
      waitUntilOnline: async () => {},
      runOnAll: async () => [],
      async run(instanceId, script) {
        scripts.push(script);
        return { instanceId, commandId: "c", exitCode: 0, stdout: "", stderr: "", durationMs: 1 };
      },
    },
  };
  const session = openSession({
    directory,
    stack: "mine",
    target: "sandbox",
    region,
    account,
    settings: { allow: [allowed], instanceType: "t3.small", appDirectory },
    ports: ports as Ports,
    steps,
    clock,
    workLog: new WorkLog(directory, () => clock.now()),
    sink: () => {},
    signal,
    command: undefined,
    translate: () => undefined,
  });
  const end = new Date(Math.ceil(now().getTime() / 1000) * 1000 + 86_400_000).toISOString();
  // As `up --ttl` does it: every run begins with step ec2.
  const moveEnd = async (expiresAt: string | undefined): Promise<void> => {
    Object.assign(session.store.state, { expiresAt });
    await ec2.apply(session.contextFor(ec2));
  };
  try {
    for (const step of steps) {
      const record = session.recordOf(step.name);
      record.output = (await step.apply(session.contextFor(step))) as Record<string, unknown>;
      record.status = "done";
      if (step.name !== "ec2") continue;
      await moveEnd(end);
      await moveEnd(undefined);
    }
    // The group's now, and the stack's as the state has it.
    await moveEnd(end);
    await session.save();
    // New buckets have these from the beginning; the step asks for them where somebody took them away.
    const { bucket } = s3.output.parse(session.recordOf("s3").output);
    await ports.objectStorage?.blockPublicAccess(bucket);
    await ports.objectStorage?.enableEncryption(bucket);
  } finally {
    session.close();
    clients.destroy();
    await sandbox.world.ec2.transitions.idle();
    await sandbox.stop();
  }
  return { requests, scripts };
}

type Middleware = (next: (args: unknown) => Promise<unknown>, context: { commandName?: string }) => unknown;

async function recordRequests(clients: Clients): Promise<WholeRun["requests"]> {
  const requests: { operation: string; input: Record<string, unknown> }[] = [];
  const record: Middleware = (next, { commandName = "" }) => {
    return async (args: { input: Record<string, unknown> }) => {
      requests.push({ operation: commandName.replace(/Command$/, ""), input: args.input });
      return next(args);
    };
  };
  for (const service of ["autoScaling", "ec2", "elbv2", "iam", "rds", "s3", "ssm"] as const) {
    const client = (await clients[service]()) as {
      middlewareStack: { add(middleware: unknown, options: object): void };
    };
    client.middlewareStack.add(record, { step: "initialize", priority: "high" });
  }
  return requests;
}

export const stateDirectory = (cwd: string): string => join(cwd, ".lecture05");
