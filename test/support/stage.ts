import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createClients, type Clients } from "../../src/aws/clients.ts";
import { connect, type ConnectOptions } from "../../src/aws/connect.ts";
import { translateError } from "../../src/aws/translate-error.ts";
import { destroy, type DestroyResult } from "../../src/engine/destroy.ts";
import type { EngineEvent } from "../../src/engine/events.ts";
import { interrupted, type SessionClock } from "../../src/engine/interrupt.ts";
import { openSession, type Session } from "../../src/engine/session.ts";
import type { Ports } from "../../src/ports/index.ts";
import { WorkLog } from "../../src/records/work-log.ts";
import { sandboxServices } from "../../src/sandbox/create-world.ts";
import type { Realism } from "../../src/sandbox/realism/realism.ts";
import { createAutoScalingStore } from "../../src/sandbox/autoscaling/store.ts";
import { createEc2Store } from "../../src/sandbox/ec2/store.ts";
import { createElbv2Store } from "../../src/sandbox/elbv2/store.ts";
import { createRdsStore } from "../../src/sandbox/rds/store.ts";
import { createS3Store } from "../../src/sandbox/s3/store.ts";
import { createSsmStore } from "../../src/sandbox/ssm/store.ts";
import { sandboxAccount } from "../../src/sandbox/world.ts";
import { steps } from "../../src/steps/index.ts";
import { bucketNameFor } from "../../src/steps/s3/bucket-name.ts";
import type { DestroyOptions } from "../../src/steps/step.ts";
import { sweep } from "../../src/steps/sweep.ts";
import { startTestSandbox, type TestSandbox } from "./sandbox.ts";
import type { ManualTime } from "./manual-time.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

export const region = "ap-northeast-1";
export const stack = "mine";
export const bucket = bucketNameFor({ stack, region, account: sandboxAccount });

/** The whole API of the sandbox with no machine behind it, the real ports on it, and a clock that a test need not wait for. */
export interface Stage {
  readonly sandbox: TestSandbox;
  readonly clients: Clients;
  readonly ports: Ports;
  readonly directory: string;
  readonly events: EngineEvent[];
  readonly controller: AbortController;
  /** Milliseconds that were slept. */
  readonly waitedMs: () => number;
  /** Called at every sleep; what a test wants to happen "meanwhile". */
  onSleep: (waitedMs: number) => void | Promise<void>;
  openSession(): Session;
  destroy(options?: Partial<DestroyOptions>): Promise<DestroyResult>;
}

export interface StageOptions extends Pick<ConnectOptions, "patience" | "answerTimeoutMs" | "maxAttempts"> {
  /** A second of the stage's time is about a millisecond of the sandbox's: its times want a scale of 0.001. */
  readonly realism?: Realism;
  /** The realism's own time, which is then the stage's, with a scale of 1. */
  readonly time?: ManualTime | undefined;
}

export async function startStage({ realism, time, ...connecting }: StageOptions = {}): Promise<Stage> {
  const sandbox = await startTestSandbox({
    services: sandboxServices,
    realism,
    stores: (home) => ({
      autoscaling: createAutoScalingStore(home),
      ec2: createEc2Store(home),
      elbv2: createElbv2Store(home),
      rds: createRdsStore(home),
      s3: createS3Store(home),
      ssm: createSsmStore(home),
    }),
  });
  const { endpoint, credentials } = sandbox.clientConfig();
  const directory = temporaryDirectory();
  const controller = new AbortController();
  const events: EngineEvent[] = [];
  const startedAt = Date.parse("2026-01-02T03:04:05.000Z");
  let waitedMs = 0;
  const clock: SessionClock = {
    shielded: (work) => work(),
    throwIfInterrupted() {
      if (controller.signal.aborted) throw interrupted();
    },
    now: () => new Date(startedAt + waitedMs),
    async sleep(ms) {
      clock.throwIfInterrupted();
      waitedMs += ms;
      time?.advance(ms);
      await stage.onSleep(waitedMs);
      // What goes on in the background of the sandbox takes real time.
      await new Promise((resolve) => setTimeout(resolve, realism && !time ? ms / 1000 : 1));
    },
  };
  const checkIp = createServer((_request, response) => response.end("203.0.113.7\n"));
  await new Promise<void>((resolve) => checkIp.listen(0, "127.0.0.1", resolve));
  const workLog = new WorkLog(directory, () => clock.now());
  const callerAddressUrl = `http://127.0.0.1:${(checkIp.address() as AddressInfo).port}/`;
  const own = { region, endpoint, credentials, clock, workLog, pollMs: 1000, callerAddressUrl };
  const connection = await connect({ ...connecting, ...own });
  const clients = createClients({ region, endpoint, credentials });
  onTestFinished(async () => {
    connection.close();
    clients.destroy();
    checkIp.closeAllConnections();
    await new Promise<void>((resolve) => checkIp.close(() => resolve()));
    await sandbox.world.ec2.transitions.idle();
    await sandbox.stop();
  });

  const stage: Stage = {
    sandbox,
    clients,
    ports: connection.ports,
    directory,
    events,
    controller,
    waitedMs: () => waitedMs,
    onSleep: () => {},
    openSession: () =>
      openSession({
        directory,
        stack,
        target: "sandbox",
        region,
        account: connection.account,
        settings: { allow: ["203.0.113.7/32"], instanceType: "t3.small", appDirectory: "/nonexistent" },
        ports: stage.ports,
        steps,
        clock,
        workLog,
        sink: (event) => events.push(event),
        signal: controller.signal,
        command: "lecture05 destroy",
        translate: translateError,
      }),
    async destroy(options = {}) {
      const session = stage.openSession();
      try {
        return await destroy(session, sweep, { keepBucket: false, deleteData: false, ...options });
      } finally {
        session.close();
      }
    },
  };
  return stage;
}

/** Ids and names of all that the sandbox holds, but for what EC2 keeps describing after its end. */
export function holdings({ sandbox: { world } }: Stage): string[] {
  const { ec2, elbv2, iam, s3 } = world;
  const instances = Object.values(ec2.data.instances).filter(({ state }) => state !== "terminated");
  return [
    ...instances.map(({ id }) => id),
    ...[ec2.data.vpcs, ec2.data.subnets, ec2.data.internetGateways, ec2.data.routeTables].flatMap(Object.keys),
    ...Object.keys(ec2.data.networkAcls),
    ...[ec2.data.securityGroups, ec2.data.networkInterfaces, ec2.data.volumes].flatMap(Object.keys),
    ...[elbv2.data.loadBalancers, elbv2.data.targetGroups, elbv2.data.listeners].flatMap(Object.keys),
    ...[iam.data.roles, iam.data.instanceProfiles].flatMap(Object.keys),
    ...s3.all().map(({ config }) => config.name),
  ].toSorted();
}
