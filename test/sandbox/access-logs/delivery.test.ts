import {
  DescribeLoadBalancerAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { Deliveries } from "../../../src/sandbox/access-logs/deliveries.ts";
import { make } from "../../support/stack-parts.ts";
import { startStage, type Stage } from "../../support/stage.ts";

const logs = "somebodys-logs";
const elb = "logdelivery.elasticloadbalancing.amazonaws.com";

async function startLogging(): Promise<{ stage: Stage; arn: string; enable: (prefix?: string) => Promise<unknown> }> {
  const stage = await startStage();
  const { loadBalancer: arn = "" } = await make(stage, ["load-balancer"]);
  await (await stage.clients.s3()).send(new CreateBucketCommand({ Bucket: logs }));
  const client = await stage.clients.elbv2();
  const enable = (prefix = "") =>
    client.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: arn,
        Attributes: [
          { Key: "access_logs.s3.enabled", Value: "true" },
          { Key: "access_logs.s3.bucket", Value: logs },
          { Key: "access_logs.s3.prefix", Value: prefix },
        ],
      }),
    );
  return { stage, arn, enable };
}

const letIn = async (stage: Stage, Service: string, Condition: object = {}): Promise<void> => {
  const statement = {
    Effect: "Allow",
    Principal: { Service },
    Action: "s3:PutObject",
    Resource: `arn:aws:s3:::${logs}/*`,
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Condition }] });
  await (await stage.clients.s3()).send(new PutBucketPolicyCommand({ Bucket: logs, Policy }));
};

const keys = async (stage: Stage): Promise<string[]> =>
  ((await (await stage.clients.s3()).send(new ListObjectsV2Command({ Bucket: logs }))).Contents ?? []).map(
    ({ Key = "" }) => Key,
  );

const denied = {
  name: "InvalidConfigurationRequestException",
  message: `Access Denied for bucket: ${logs}. Please check S3bucket permission`,
};

it("a bucket that does not let load balancing in is refused, and nothing of the request is kept", async () => {
  const { stage, arn, enable } = await startLogging();
  await expect(enable()).rejects.toMatchObject(denied);
  await letIn(stage, "delivery.logs.amazonaws.com");
  await expect(enable()).rejects.toMatchObject(denied);
  await letIn(stage, elb, { ArnLike: { "aws:SourceArn": `${arn}x` } });
  await expect(enable()).rejects.toMatchObject(denied);
  const client = await stage.clients.elbv2();
  const { Attributes = [] } = await client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }));
  expect(Attributes).toContainEqual({ Key: "access_logs.s3.enabled", Value: "false" });
  expect(await keys(stage)).toEqual([]);
});

it("one that does is tried with ELB's file below the prefix", async () => {
  const { stage, arn, enable } = await startLogging();
  await letIn(stage, elb, { ArnLike: { "aws:SourceArn": arn } });
  await enable("web/logs");
  expect(await keys(stage)).toEqual(["web/logs/AWSLogs/000000000000/ELBAccessLogTestFile"]);
  await expect(enable("my/AWSLogs")).rejects.toMatchObject({ name: "ValidationError" });
});

it("one with a key of one's own is refused, because load balancing cannot write with it", async () => {
  const { stage, enable } = await startLogging();
  await letIn(stage, elb);
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const } }];
  const s3 = await stage.clients.s3();
  await s3.send(new PutBucketEncryptionCommand({ Bucket: logs, ServerSideEncryptionConfiguration: { Rules } }));
  await expect(enable()).rejects.toMatchObject(denied);
});

it("a bucket's requests are delivered when S3 is let in, for that bucket and account only", async () => {
  const { stage } = await startLogging();
  await make(stage, ["bucket"]);
  const s3 = await stage.clients.s3();
  const [source = ""] = stage.sandbox.world.s3
    .all()
    .flatMap(({ config }) => (config.name === logs ? [] : [config.name]));
  const LoggingEnabled = { TargetBucket: logs, TargetPrefix: "s3/" };
  await s3.send(new PutBucketLoggingCommand({ Bucket: source, BucketLoggingStatus: { LoggingEnabled } }));
  const deliveries = new Deliveries(stage.sandbox.world);
  const deliver = async (): Promise<string[]> => {
    deliveries.note({ ...asked, bucket: source });
    await deliveries.deliver();
    return keys(stage);
  };
  expect(await deliver()).toEqual([]);
  await letIn(stage, "logging.s3.amazonaws.com", { StringEquals: { "aws:SourceAccount": "111122223333" } });
  expect(await deliver()).toEqual([]);
  await letIn(stage, "logging.s3.amazonaws.com", {
    StringEquals: { "aws:SourceAccount": "000000000000" },
    ArnLike: { "aws:SourceArn": `arn:aws:s3:::${source}` },
  });
  expect(await deliver()).toEqual([expect.stringMatching(/^s3\/\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9A-F]{16}$/)]);
  // What is not logged is not kept either.
  await s3.send(new PutBucketLoggingCommand({ Bucket: source, BucketLoggingStatus: {} }));
  expect(await deliver()).toHaveLength(1);
});

const asked = {
  key: "k",
  time: new Date(0),
  remoteIp: "-",
  requester: undefined,
  requestId: "r",
  method: "GET",
  uri: "/b/k",
  httpVersion: "1.1",
  status: 200,
  errorCode: undefined,
  bytesSent: 1,
  totalMs: 1,
  referer: undefined,
  userAgent: undefined,
  host: undefined,
  isPresigned: false,
};
