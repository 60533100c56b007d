import { translateSetup } from "./translate-setup.ts";
import type { Ports } from "../ports/index.ts";
import type { WorkLog } from "../records/work-log.ts";
import { roleNameOf } from "../steps/ec2/observe.ts";
import { bucketNamesFor } from "../steps/s3/bucket-name.ts";
import type { Clock } from "../steps/step.ts";
import { createClients, type ClientOptions } from "./clients.ts";
import { createAccount } from "./account.ts";
import { createAutoScaling } from "./auto-scaling.ts";
import { createCertificates } from "./certificates.ts";
import { createCompute } from "./compute.ts";
import { createDatabases } from "./databases.ts";
import { createExpiry } from "./expiry.ts";
import { createHttp } from "./http.ts";
import { createIdentity } from "./identity.ts";
import { createImages } from "./images.ts";
import type { Looks } from "./looks.ts";
import { createLoadBalancing } from "./load-balancing.ts";
import { createNetwork } from "./network.ts";
import { createObjectStorage } from "./object-storage.ts";
import { createParameters } from "./parameters.ts";
import type { Patience } from "./patience.ts";
import { createShell } from "./shell.ts";
import { createSweep } from "./sweep.ts";

export interface ConnectOptions extends Omit<ClientOptions, "onCall" | "beforeCall" | "patience"> {
  /** `throwIfInterrupted` is asked before each call. */
  readonly clock: Clock & { throwIfInterrupted(): void };
  readonly workLog: WorkLog;
  /** Where this machine's public address can be asked for; AWS's own service unless the endpoint has one. */
  readonly callerAddressUrl?: string;
  /** Must be told of the clock's sleeps, too (see Looks). Absent: each look is a call. */
  readonly looks?: Looks | undefined;
  /** How often a wait looks, in milliseconds. */
  readonly pollMs: number;
  /** Limits of the patience with AWS, and who is told what is waited for. */
  readonly patience?: Omit<Patience, "clock" | "pollMs"> | undefined;
}

/** What is still asked after an interruption: to stop the command on a host, and whether it has stopped. */
const endsWhatRuns = new Set(["CancelCommand", "GetCommandInvocation"]);

export interface Connection {
  readonly ports: Ports;
  readonly account: string;
  readonly arn: string;
  close(): void;
}

/** All ports over the SDK, and who we are. The first call to AWS happens here, so bad credentials show at once. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { clock, workLog, pollMs, looks } = options;
  const clients = createClients({
    ...options,
    patience: { ...options.patience, clock, pollMs },
    onCall: (call) => {
      looks?.noteCall(call.operation);
      workLog.append({ kind: "aws", ...call });
    },
    // The call in flight is let through to its end; after an interruption no other follows it.
    beforeCall: (operation) => {
      if (!endsWhatRuns.has(operation)) clock.throwIfInterrupted();
      looks?.noteCall(operation);
    },
  });
  const adapter = { clock, pollMs, callerAddressUrl: options.callerAddressUrl ?? "https://checkip.amazonaws.com/" };
  // SSM is waited for in short turns, between which the step looks for what is wrong and tells itself.
  const telling = { ...adapter, onWait: options.patience?.onWait };
  const identity = createIdentity(clients);
  const caller = await identity.caller().catch((error: unknown) => {
    throw translateSetup(error) ?? error;
  });
  return {
    account: caller.account,
    arn: caller.arn,
    close: () => clients.destroy(),
    ports: {
      account: createAccount(clients, { profile: options.profile, region: options.region, env: process.env }),
      autoScaling: createAutoScaling(clients),
      certificates: createCertificates(clients),
      compute: createCompute(clients, telling, looks),
      databases: createDatabases(clients, telling),
      expiry: createExpiry(clients, {
        bucketsOf: (stack) => bucketNamesFor({ stack, account: caller.account, region: options.region }),
        roleOf: roleNameOf,
      }),
      http: createHttp(),
      identity,
      images: createImages(clients, telling),
      loadBalancing: createLoadBalancing(clients, telling),
      network: createNetwork(clients, adapter),
      objectStorage: createObjectStorage(clients, {
        ...adapter,
        region: options.region,
        account: caller.account,
        endpoint: options.endpoint,
      }),
      parameters: createParameters(clients),
      shell: createShell(clients, {
        ...adapter,
        onCommand: (command) =>
          workLog.append({
            kind: "remote",
            script: command.scriptName,
            instanceId: command.instanceId,
            commandId: command.commandId,
            exitCode: command.exitCode,
            durationMs: command.durationMs,
            text: command.text,
          }),
      }),
      sweep: createSweep(clients, { region: options.region }),
    },
  };
}
