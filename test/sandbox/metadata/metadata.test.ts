import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateInstanceProfileCommand,
  AddRoleToInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { iamService } from "../../../src/sandbox/iam/service.ts";
import type { InstanceFacts } from "../../../src/sandbox/metadata/instance-facts.ts";
import { serveMetadata } from "../../../src/sandbox/metadata/serve.ts";
import { stsService } from "../../../src/sandbox/sts/service.ts";
import type { World } from "../../../src/sandbox/world.ts";
import { startTestSandbox, type TestSandbox } from "../../support/sandbox.ts";

const standard: InstanceFacts = {
  instanceId: "i-0123456789abcdef0",
  privateIp: "10.5.1.10",
  hostName: "ip-10-5-1-10.ap-northeast-1.compute.internal",
  availabilityZone: "ap-northeast-1a",
  region: "ap-northeast-1",
  instanceType: "t3.small",
  imageId: "ami-1",
  mac: "02:00:00:00:00:01",
  vpcId: "vpc-1",
  subnetId: "subnet-1",
  securityGroupNames: ["web", "ssh"],
  securityGroupIds: ["sg-1", "sg-2"],
  userData: Buffer.from("#!/bin/sh\n"),
  launchedAt: new Date("2026-01-02T03:04:05.678Z"),
  httpTokens: "required",
  httpEndpoint: "enabled",
};

let sandbox: TestSandbox;
let server: Server;
let facts: InstanceFacts;
let now: Date | undefined;

const secret = "s".repeat(64);

beforeAll(async () => {
  const ec2: Pick<World["ec2"], "instanceProfileName" | "instanceByPrivateIp"> = {
    instanceProfileName: () => "profile",
    instanceByPrivateIp: (vpcId, ip) => (vpcId === "vpc-1" && ip === facts.privateIp ? facts : undefined),
  };
  const stores = () => ({ ec2: ec2 as World["ec2"] });
  sandbox = await startTestSandbox({ services: [iamService, stsService], stores, now: () => now ?? new Date() });
  server = createServer((message, response) => {
    void serveMetadata(sandbox.world, secret, message, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const iam = new IAMClient(sandbox.clientConfig());
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });
  await iam.send(new CreateRoleCommand({ RoleName: "host", AssumeRolePolicyDocument }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "profile" }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: "profile", RoleName: "host" }));
  iam.destroy();
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await sandbox.stop();
});
beforeEach(() => {
  facts = standard;
  now = undefined;
});

interface Answer {
  status: number;
  text: string;
}

/** A request as the appliance passes it on. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET", vpcId = "vpc-1"): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const all = { "x-lecture05-appliance": secret, "x-lecture05-peer": "10.5.1.10", ...headers };
  return new Promise((resolve, reject) => {
    const options = { port, method, path: `/_lecture05/metadata/${vpcId}${path}`, headers: all };
    const call = request(options, (response) => {
      let text = "";
      response.on("data", (part) => (text += String(part)));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    call.on("error", reject);
    call.end();
  });
}

async function token(ttl = "60"): Promise<string> {
  const answer = await ask("/latest/api/token", { "x-aws-ec2-metadata-token-ttl-seconds": ttl }, "PUT");
  expect(answer.status).toBe(200);
  return answer.text;
}

async function read(path: string): Promise<string> {
  const answer = await ask(`/latest/${path}`, { "x-aws-ec2-metadata-token": await token() });
  return answer.status === 200 ? answer.text : String(answer.status);
}

describe("access", () => {
  it("is through an appliance only, for an instance that is there", async () => {
    expect((await ask("/latest/meta-data/", { "x-lecture05-appliance": "guess" })).status).toBe(403);
    expect((await ask("/latest/meta-data/", { "x-lecture05-appliance": "" })).status).toBe(403);
    expect((await ask("/latest/meta-data/", { "x-lecture05-peer": "10.5.1.99" })).status).toBe(404);
    expect((await ask("/latest/meta-data/", {}, "GET", "vpc-2")).status).toBe(404);
  });

  it("needs a token of this instance that has not ended", async () => {
    expect((await ask("/latest/meta-data/instance-id")).status).toBe(401);
    expect((await ask("/latest/meta-data/instance-id", { "x-aws-ec2-metadata-token": "x" })).status).toBe(401);
    const good = { "x-aws-ec2-metadata-token": await token("60") };
    expect((await ask("/latest/meta-data/instance-id", good)).text).toBe(standard.instanceId);
    now = new Date(Date.now() + 61_000);
    expect((await ask("/latest/meta-data/instance-id", good)).status).toBe(401);
    now = undefined;
    facts = { ...standard, instanceId: "i-other" };
    expect((await ask("/latest/meta-data/instance-id", good)).status).toBe(401);
  });

  it("gives tokens only with a sound time to live and not through a proxy", async () => {
    expect((await ask("/latest/api/token", {}, "PUT")).status).toBe(400);
    for (const ttl of ["0", "21601", "x", "-1"]) {
      const answer = await ask("/latest/api/token", { "x-aws-ec2-metadata-token-ttl-seconds": ttl }, "PUT");
      expect(answer.status).toBe(400);
    }
    const proxied = { "x-aws-ec2-metadata-token-ttl-seconds": "60", "x-forwarded-for": "1.2.3.4" };
    expect((await ask("/latest/api/token", proxied, "PUT")).status).toBe(403);
    expect((await ask("/latest/meta-data/", {}, "POST")).status).toBe(405);
  });

  it("follows the instance's metadata options", async () => {
    facts = { ...standard, httpTokens: "optional" };
    expect((await ask("/latest/meta-data/instance-id")).text).toBe(standard.instanceId);
    expect((await ask("/latest/meta-data/instance-id", { "x-aws-ec2-metadata-token": "x" })).status).toBe(401);
    facts = { ...standard, httpEndpoint: "disabled" };
    expect((await ask("/latest/meta-data/instance-id")).status).toBe(403);
  });
});

describe("what an instance is told", () => {
  it.each([
    ["meta-data/instance-id", standard.instanceId],
    ["meta-data/local-ipv4", "10.5.1.10"],
    ["meta-data/local-hostname", standard.hostName],
    ["meta-data/hostname", standard.hostName],
    ["meta-data/placement/availability-zone", "ap-northeast-1a"],
    ["meta-data/placement/region", "ap-northeast-1"],
    ["meta-data/placement/", "availability-zone\nregion"],
    ["meta-data/instance-type", "t3.small"],
    ["meta-data/ami-id", "ami-1"],
    ["meta-data/mac", standard.mac],
    ["meta-data/security-groups", "web\nssh"],
    ["meta-data/public-ipv4", "404"],
    ["meta-data/nothing", "404"],
    ["meta-data/tags/instance/", "404"],
    ["user-data", "#!/bin/sh\n"],
    ["meta-data/iam/security-credentials/", "host"],
    ["meta-data/iam/security-credentials/other", "404"],
  ])("%s", async (path, expected) => {
    expect(await read(path)).toBe(expected);
  });

  it("lists directories and shows tags where that is allowed", async () => {
    facts = { ...standard, tags: { Name: "one" }, publicIp: "10.5.1.10" };
    expect(await read("meta-data/tags/instance/Name")).toBe("one");
    const entries = (await read("meta-data/")).split("\n");
    expect(entries).toEqual(expect.arrayContaining(["iam/", "instance-id", "placement/", "public-ipv4", "tags/"]));
    expect(JSON.parse(await read("dynamic/instance-identity/document"))).toMatchObject({
      accountId: "000000000000",
      instanceId: standard.instanceId,
      pendingTime: "2026-01-02T03:04:05Z",
      region: "ap-northeast-1",
    });
    expect(JSON.parse(await read("meta-data/iam/info"))).toMatchObject({
      Code: "Success",
      InstanceProfileArn: "arn:aws:iam::000000000000:instance-profile/profile",
    });
  });

  it("hands out the role's credentials, the same until they age, and the endpoint accepts them", async () => {
    const path = "meta-data/iam/security-credentials/host";
    const credentials = JSON.parse(await read(path)) as Record<string, string>;
    expect(credentials).toMatchObject({ Code: "Success", Type: "AWS-HMAC" });
    expect(JSON.parse(await read(path))).toEqual(credentials);
    const sts = new STSClient({
      ...sandbox.clientConfig(),
      credentials: {
        accessKeyId: credentials.AccessKeyId ?? "",
        secretAccessKey: credentials.SecretAccessKey ?? "",
        sessionToken: credentials.Token ?? "",
      },
    });
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::000000000000:assumed-role/host/${standard.instanceId}`);
    now = new Date(Date.now() + 5.5 * 3_600_000);
    expect(JSON.parse(await read(path))).not.toEqual(credentials);
  });
});
