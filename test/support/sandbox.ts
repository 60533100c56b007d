import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAcmStore } from "../../src/sandbox/acm/store.ts";
import { createIamStore } from "../../src/sandbox/iam/store.ts";
import type { Realism } from "../../src/sandbox/realism/realism.ts";
import type { Runtime } from "../../src/sandbox/runtime.ts";
import type { ServiceDefinition } from "../../src/sandbox/wire/action.ts";
import { RequestLog } from "../../src/sandbox/wire/request-log.ts";
import { withWebsites } from "../../src/sandbox/s3/website/serve.ts";
import { createWireHandler } from "../../src/sandbox/wire/server.ts";
import { sandboxAccount, type World } from "../../src/sandbox/world.ts";
import { FakeRuntime } from "./fake-runtime.ts";

export interface TestSandboxOptions {
  readonly services: readonly ServiceDefinition[];
  /** The stores that the services under test need, e.g. `(home) => ({ ec2: createEc2Store(home) })`. */
  readonly stores?: (home: string) => Partial<World>;
  readonly runtime?: Runtime;
  readonly now?: () => Date;
  /** AWS's manners around it. */
  readonly realism?: Realism | undefined;
  /** An existing home, to look at what a restart finds. It is then not removed by `stop`. */
  readonly home?: string;
}

export interface TestSandbox {
  readonly endpoint: string;
  readonly home: string;
  readonly world: World;
  /** The fake, unless another runtime was given. */
  readonly runtime: FakeRuntime;
  /** What the daemon would have logged. */
  readonly logged: Readonly<Record<string, unknown>>[];
  /** For any SDK client: `new EC2Client(sandbox.clientConfig())`. */
  clientConfig(): {
    region: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
    forcePathStyle: true;
  };
  stop(): Promise<void>;
}

/**
 * The sandbox's API on a free port with real state in a temporary directory and without Docker:
 *
 *     const sandbox = await startTestSandbox({ services: [ec2Service], stores: (home) => ({ ec2: createEc2Store(home) }) });
 *     const ec2 = new EC2Client(sandbox.clientConfig());
 *
 * A store that was not given throws on first use.
 */
export async function startTestSandbox(options: TestSandboxOptions): Promise<TestSandbox> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), "lecture05-sandbox-"));
  const runtime = options.runtime ?? new FakeRuntime();
  const logged: Readonly<Record<string, unknown>>[] = [];
  const { realism } = options;
  const world: World = {
    account: sandboxAccount,
    home,
    runtime: realism?.runtime<Runtime>(runtime) ?? runtime,
    ...(realism ? { later: realism.later } : {}),
    now: options.now ?? (() => new Date()),
    log: (entry) => void logged.push(entry),
    acm: createAcmStore(home),
    iam: createIamStore(home),
    autoscaling: missingStore("autoscaling"),
    ec2: missingStore("ec2"),
    elbv2: missingStore("elbv2"),
    rds: missingStore("rds"),
    s3: missingStore("s3"),
    ssm: missingStore("ssm"),
    ...options.stores?.(home),
  };
  realism?.attach(world);
  const requestLog = new RequestLog(join(home, "requests.ndjson"));
  const aws = createWireHandler({ services: options.services, world, requestLog, manners: realism });
  const server = createServer(withWebsites(world, aws));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    home,
    world,
    runtime: runtime as FakeRuntime,
    logged,
    clientConfig: () => ({
      region: "ap-northeast-1",
      endpoint,
      credentials: { ...world.iam.rootCredentials },
      maxAttempts: 1,
      forcePathStyle: true,
    }),
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      requestLog.close();
      // Not at a stroke: what the sandbox still does in the background must come to its end meanwhile.
      if (options.home === undefined) await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}

function missingStore(name: string): never {
  return new Proxy(
    {},
    {
      get(_target, property) {
        throw new Error(`the test gave no ${name} store (asked for ${String(property)})`);
      },
    },
  ) as never;
}
