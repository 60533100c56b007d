import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACMClient } from "@aws-sdk/client-acm";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { lookAtAll } from "../../../src/sandbox/autoscaling/keeper.ts";
import { createAutoScalingStore } from "../../../src/sandbox/autoscaling/store.ts";
import { sandboxServices } from "../../../src/sandbox/create-world.ts";
import { createEc2Store } from "../../../src/sandbox/ec2/store.ts";
import { createElbv2Store } from "../../../src/sandbox/elbv2/store.ts";
import { createIamStore } from "../../../src/sandbox/iam/store.ts";
import { createRdsStore } from "../../../src/sandbox/rds/store.ts";
import { createS3Store } from "../../../src/sandbox/s3/store.ts";
import { createSsmStore } from "../../../src/sandbox/ssm/store.ts";
import { isMutating, RequestLog } from "../../../src/sandbox/wire/request-log.ts";
import type { World } from "../../../src/sandbox/world.ts";
import type { DiskTrace } from "../../support/disk-trace.ts";
import { hostResult } from "../../support/fake-runtime.ts";
import { startTestSandbox, type TestSandbox } from "../../support/sandbox.ts";
import type { Clients } from "./clients.ts";
import { lifeOfAStack } from "./life-of-a-stack.ts";

const disk = vi.hoisted(() => ({ trace: undefined as DiskTrace | undefined }));
vi.mock("node:fs/promises", async (original) => {
  const { DiskTrace } = await import("../../support/disk-trace.ts");
  return (disk.trace = new DiskTrace()).wrap(await original());
});

const everyChange = sandboxServices.flatMap(({ actions }) => actions.map(({ name }) => name)).filter(isMutating);

/** What was still at risk when each answer was about to leave. */
const answered: { operation: string; status: number; atRisk: string[]; steps: string[] }[] = [];
let trace: DiskTrace;

beforeEach(() => {
  if (!disk.trace) throw new Error("the file functions are not wrapped");
  trace = disk.trace;
  answered.length = 0;
  const append = vi.spyOn(RequestLog.prototype, "append").mockImplementation(({ operation, status }) => {
    answered.push({ operation, status, atRisk: trace.atRisk(), steps: trace.steps.splice(0) });
  });
  onTestFinished(() => append.mockRestore());
});

function storesIn(home: string): Omit<Stores, "iam"> {
  return {
    autoscaling: createAutoScalingStore(home),
    ec2: createEc2Store(home),
    elbv2: createElbv2Store(home),
    rds: createRdsStore(home),
    s3: createS3Store(home),
    ssm: createSsmStore(home),
  };
}

async function start(): Promise<{ sandbox: TestSandbox; clients: Clients }> {
  const sandbox = await startTestSandbox({
    services: sandboxServices,
    stores: storesIn,
  });
  const config = sandbox.clientConfig();
  const clients = {
    acm: new ACMClient(config),
    auto: new AutoScalingClient(config),
    ec2: new EC2Client(config),
    elb: new ElasticLoadBalancingV2Client(config),
    iam: new IAMClient(config),
    rds: new RDSClient(config),
    s3: new S3Client(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
  };
  onTestFinished(async () => {
    Object.values(clients).forEach((client) => client.destroy());
    await quiet(sandbox);
    await sandbox.stop();
  });
  // The agent is active; what it is told to run goes on until it is cancelled.
  sandbox.runtime.onExec = (_id, { argv }) => (argv[0] === "systemctl" ? hostResult(0) : new Promise(() => {}));
  await sandbox.world.iam.save();
  return { sandbox, clients };
}

type Stores = Pick<World, "autoscaling" | "ec2" | "elbv2" | "iam" | "rds" | "s3" | "ssm">;

/** All that the sandbox knows. */
function contentsOf({ autoscaling, ec2, elbv2, iam, rds, ssm, s3 }: Stores): unknown {
  const buckets = s3.all().map((bucket) => ({
    config: bucket.config,
    versions: bucket.index.keys.flatMap((key) => bucket.index.versionsOf(key)),
    uploads: bucket.uploads.all().map(({ record, parts }) => ({ record, parts: [...parts.values()] })),
  }));
  const all = {
    autoscaling: autoscaling.data,
    ec2: ec2.data,
    elbv2: elbv2.data,
    iam: iam.data,
    rds: rds.data,
    ssm: ssm.data,
    commands: ssm.commands(),
    buckets,
  };
  return JSON.parse(JSON.stringify(all));
}

/** What a daemon that starts now would find. */
function found({ home }: TestSandbox): unknown {
  const copy = mkdtempSync(join(tmpdir(), "lecture05-copy-"));
  try {
    cpSync(home, copy, { recursive: true });
    return contentsOf({ ...storesIn(copy), iam: createIamStore(copy) });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Until nothing goes on in the background any more. */
async function quiet({ world: { autoscaling, ec2, elbv2, iam, rds, ssm } }: TestSandbox): Promise<void> {
  for (let still = 0; still < 3; still++) {
    await rds.transitions.idle();
    await ec2.transitions.idle();
    await Promise.all([autoscaling, ec2, elbv2, iam, rds, ssm].map((store) => store.settled().catch(() => {})));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** As often as a group needs to come to rest. */
const look = (sandbox: TestSandbox) => async (): Promise<void> => {
  const before = trace.early.length;
  for (let time = 0; time < 4; time++) {
    await lookAtAll(sandbox.world);
    await quiet(sandbox);
  }
  // Hosts come up meanwhile: EC2 and Auto Scaling write side by side, each what is already so.
  trace.early.splice(before);
};

test(
  "every answer that says something was changed leaves after the change outlasts a power cut",
  { timeout: 120_000 },
  async () => {
    const { sandbox, clients } = await start();
    const seen = new Set<string>();
    await lifeOfAStack(
      clients,
      async (send) => {
        await quiet(sandbox);
        trace.steps.length = 0;
        answered.length = 0;
        const result = await send();
        const [answer] = answered;
        if (!answer) throw new Error("no request was answered");
        seen.add(answer.operation);
        expect(answer, answer.operation).toMatchObject({
          status: expect.toSatisfy((it: number) => it < 300),
          atRisk: [],
        });
        expect(answer.steps.join("\n"), answer.operation).toMatch(/^(rename|remove) /m);
        await quiet(sandbox);
        await vi.waitFor(() => expect(found(sandbox), answer.operation).toEqual(contentsOf(sandbox.world)));
        return result;
      },
      look(sandbox),
    );
    expect(trace.early).toEqual([]);
    // A new action belongs into the life of a stack, too.
    expect(everyChange.filter((name) => !seen.has(name))).toEqual([]);
  },
);

test(
  "on a full disk every change is refused as AWS refuses, leaves no trace, and works when there is space",
  { timeout: 120_000 },
  async () => {
    const { sandbox, clients } = await start();
    const worked = new Set<string>();
    await lifeOfAStack(
      clients,
      async (send) => {
        await quiet(sandbox);
        const before = contentsOf(sandbox.world);
        answered.length = 0;
        trace.isFull = true;
        const outcome = await send().then(
          (result) => ({ result }),
          (error: Error & { $metadata?: { httpStatusCode?: number } }) => ({ error }),
        );
        trace.isFull = false;
        const [answer] = answered;
        if ("result" in outcome) {
          worked.add(answer?.operation ?? "");
          return outcome.result;
        }
        expect(outcome.error.name, answer?.operation).toBe("ServiceUnavailable");
        expect(outcome.error.$metadata?.httpStatusCode).toBe(503);
        expect(outcome.error.message).toContain("no space left on device (ENOSPC)");
        // A load balancer whose deletion failed gets its container back in the background.
        await expect.poll(() => contentsOf(sandbox.world), { message: answer?.operation ?? "" }).toEqual(before);
        expect(found(sandbox), answer?.operation).toEqual(before);
        return send();
      },
      look(sandbox),
    );
    // These only free space.
    expect([...worked].sort()).toEqual(["AbortMultipartUpload", "DeleteBucket", "DeleteObjects"]);
  },
);

test("an object is put in this order: bytes, their name, the record, its name, the answer", async () => {
  const { clients } = await start();
  const Bucket = "order-of-things";
  const CreateBucketConfiguration = { LocationConstraint: "ap-northeast-1" } as const;
  await clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  answered.length = 0;
  trace.steps.length = 0;
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "bytes" }));
  const steps = answered[0]?.steps.map((step) => step.replace(/\.tmp-\w+/, "TEMPORARY").replace(/[0-9a-f]{32,}/, "ID"));
  expect(steps).toEqual([
    "write ID",
    "sync ID",
    "sync blobs",
    "write TEMPORARY",
    "sync TEMPORARY",
    "rename ID.json",
    "sync records",
  ]);
});
