import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeVpcsCommand,
  EC2Client,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateLoadBalancerCommand,
  DuplicateLoadBalancerNameException,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  GetParameterCommand,
  ListCommandsCommand,
  ParameterNotFound,
  SendCommandCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestSandbox, type TestSandbox } from "../../support/sandbox.ts";
import { ec2, elbv2, memoryS3, ssm } from "./services.ts";

let sandbox: TestSandbox;
let ec2Client: EC2Client;
let ssmClient: SSMClient;

beforeAll(async () => {
  sandbox = await startTestSandbox({ services: [ec2, elbv2, ssm, memoryS3(new Map())] });
  ec2Client = new EC2Client(sandbox.clientConfig());
  ssmClient = new SSMClient(sandbox.clientConfig());
});
afterAll(async () => {
  ec2Client.destroy();
  ssmClient.destroy();
  await sandbox.stop();
});

function lastLogged(): Record<string, unknown> {
  const lines = readFileSync(join(sandbox.home, "requests.ndjson"), "utf8").trim().split("\n");
  return JSON.parse(lines.at(-1) ?? "{}") as Record<string, unknown>;
}

describe("ec2Query", () => {
  it("answers what the handler returns", async () => {
    const answer = await ec2Client.send(new DescribeVpcsCommand({ Filters: [{ Name: "vpc-id", Values: ["x"] }] }));
    expect(answer.Vpcs).toEqual([{ VpcId: "vpc-1", Tags: [{ Key: "a", Value: "<b> & 'c'" }] }]);
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("names errors as AWS does", async () => {
    const call = ec2Client.send(new RunInstancesCommand({ ImageId: "ami-1", MinCount: 1, MaxCount: 1 }));
    await expect(call).rejects.toMatchObject({ name: "InvalidAMIID.NotFound", $metadata: { httpStatusCode: 400 } });
    expect(lastLogged()).toMatchObject({
      service: "ec2",
      operation: "RunInstances",
      mutating: true,
      status: 400,
      errorCode: "InvalidAMIID.NotFound",
      accessKeyId: sandbox.world.iam.rootCredentials.accessKeyId,
    });
    expect(JSON.stringify(lastLogged())).not.toContain(sandbox.world.iam.rootCredentials.secretAccessKey);
  });

  it("refuses a request without a required parameter and a malformed one", async () => {
    // @ts-expect-error: the SDK's types would not let this through
    const call = ec2Client.send(new RunInstancesCommand({ ImageId: "ami-1", MinCount: 1 }));
    await expect(call).rejects.toMatchObject({ name: "MissingParameter" });
    const malformed = new RunInstancesCommand({ ImageId: "ami-1", MinCount: 1, MaxCount: "many" as unknown as number });
    await expect(ec2Client.send(malformed)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  it("answers an unknown action and logs it", async () => {
    const call = ec2Client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: "sg-1" }));
    await expect(call).rejects.toMatchObject({ name: "InvalidAction" });
    expect(lastLogged()).toMatchObject({ operation: "AuthorizeSecurityGroupIngress", errorCode: "InvalidAction" });
  });

  it("says that a dry run would have worked", async () => {
    const call = ec2Client.send(new DescribeVpcsCommand({ DryRun: true }));
    await expect(call).rejects.toMatchObject({ name: "DryRunOperation", $metadata: { httpStatusCode: 412 } });
  });

  it("survives a handler's bug and logs its stack", async () => {
    const call = ec2Client.send(new RunInstancesCommand({ ImageId: "crash", MinCount: 1, MaxCount: 1 }));
    await expect(call).rejects.toMatchObject({ name: "InternalError", $metadata: { httpStatusCode: 500 } });
    const entry = sandbox.logged.find(({ event }) => event === "action-failed");
    expect(String(entry?.error)).toContain("the handler broke");
    await expect(ec2Client.send(new DescribeVpcsCommand({}))).resolves.toBeDefined();
  });
});

describe("awsQuery", () => {
  it("gives the SDK its modelled error", async () => {
    const client = new ElasticLoadBalancingV2Client(sandbox.clientConfig());
    const call = client.send(new CreateLoadBalancerCommand({ Name: "x" }));
    await expect(call).rejects.toBeInstanceOf(DuplicateLoadBalancerNameException);
    await expect(client.send(new CreateLoadBalancerCommand({ Name: undefined }))).rejects.toMatchObject({
      name: "ValidationError",
    });
    client.destroy();
  });
});

describe("awsJson1_1", () => {
  it("answers with dates and text in any script", async () => {
    const answer = await ssmClient.send(new GetParameterCommand({ Name: "/known" }));
    expect(answer.Parameter).toEqual({ Name: "/known", Value: "値", LastModifiedDate: new Date(1_700_000_000_000) });
  });

  it("gives the SDK its modelled error and refuses what is unknown or missing", async () => {
    await expect(ssmClient.send(new GetParameterCommand({ Name: "/other" }))).rejects.toBeInstanceOf(ParameterNotFound);
    await expect(ssmClient.send(new ListCommandsCommand({}))).rejects.toMatchObject({
      name: "UnknownOperationException",
    });
    const wrong = [{ Name: 5 }, { Name: ["a"] }, { Name: "a", WithDecryption: "yes" }] as unknown as { Name: string }[];
    for (const input of wrong) {
      const call = ssmClient.send(new GetParameterCommand(input));
      await expect(call).rejects.toMatchObject({ name: "SerializationException" });
    }
    const call = ssmClient.send(new SendCommandCommand({ DocumentName: undefined }));
    await expect(call).rejects.toMatchObject({ name: "ValidationException" });
    const target = ssmClient.send(new SendCommandCommand({ DocumentName: "d", Targets: [{ Key: "k" }] }));
    await expect(target).resolves.toMatchObject({ Command: { CommandId: "c-1" } });
    expect(lastLogged()).toMatchObject({ operation: "SendCommand", mutating: true });
  });
});

describe("what is not AWS", () => {
  it("is refused without credentials, whatever it looks like", async () => {
    expect((await fetch(`${sandbox.endpoint}/`)).status).toBe(403);
    expect((await fetch(`${sandbox.endpoint}/?Action=DescribeVpcs&Version=2016-11-15`)).status).toBe(401);
    expect((await fetch(`${sandbox.endpoint}/%zz/%`, { method: "PUT", body: "x" })).status).toBe(403);
    const unknown = { authorization: "AWS4-HMAC-SHA256 Credential=a/b" };
    expect((await fetch(`${sandbox.endpoint}/`, { headers: unknown })).status).toBe(400);
  });
});
