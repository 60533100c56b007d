import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { ListRolesCommand, IAMClient } from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListCommandsCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createWorld, sandboxServices } from "../../../src/sandbox/create-world.ts";
import { FakeRuntime } from "../../support/fake-runtime.ts";
import { startTestSandbox } from "../../support/sandbox.ts";

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "lecture05-world-"))));
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));

it("answers every service on one port", async () => {
  const runtime = new FakeRuntime();
  const stores = () => createWorld({ home, runtime, log: () => {} });
  const sandbox = await startTestSandbox({ services: sandboxServices, stores, runtime, home });
  try {
    const config = sandbox.clientConfig();
    const answers = await Promise.all([
      new AutoScalingClient(config).send(new DescribeAutoScalingGroupsCommand({})),
      new EC2Client(config).send(new DescribeVpcsCommand({})),
      new ElasticLoadBalancingV2Client(config).send(new DescribeLoadBalancersCommand({})),
      new IAMClient(config).send(new ListRolesCommand({})),
      new RDSClient(config).send(new DescribeDBInstancesCommand({})),
      new S3Client(config).send(new ListBucketsCommand({})),
      new SSMClient(config).send(new ListCommandsCommand({})),
      new STSClient(config).send(new GetCallerIdentityCommand({})),
    ]);
    expect(answers.map(({ $metadata }) => $metadata.httpStatusCode)).toEqual([200, 200, 200, 200, 200, 200, 200, 200]);
  } finally {
    await sandbox.stop();
  }
});

it("has no action twice", () => {
  for (const { signingName, actions } of sandboxServices) {
    const names = actions.map(({ name }) => name);
    expect([...new Set(names)], signingName).toEqual(names);
  }
});
