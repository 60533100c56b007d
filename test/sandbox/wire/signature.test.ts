import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateLoadBalancerCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueSession } from "../../../src/sandbox/iam/sessions.ts";
import { startTestSandbox, type TestSandbox } from "../../support/sandbox.ts";
import { ec2, elbv2, memoryS3, ssm } from "./services.ts";

let sandbox: TestSandbox;
let now: Date | undefined;

beforeAll(async () => {
  sandbox = await startTestSandbox({
    services: [ec2, elbv2, ssm, memoryS3(new Map())],
    now: () => now ?? new Date(),
  });
});
afterAll(() => sandbox.stop());

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** The error's name of one call to each protocol. */
async function outcomes(credentials: Credentials): Promise<string[]> {
  const config = { ...sandbox.clientConfig(), credentials };
  const calls = [
    new EC2Client(config).send(new DescribeVpcsCommand({})),
    new ElasticLoadBalancingV2Client(config).send(new CreateLoadBalancerCommand({ Name: "x" })),
    new SSMClient(config).send(new GetParameterCommand({ Name: "/known" })),
    new S3Client(config).send(new ListBucketsCommand({})),
  ];
  const settled = await Promise.allSettled(calls);
  return settled.map((result) => (result.status === "fulfilled" ? "ok" : (result.reason as Error).name));
}

async function session(): Promise<Credentials> {
  const role = {
    id: "AROATEST",
    name: "tester",
    path: "/",
    createdAt: "2026-01-01T00:00:00Z",
    trustPolicy: "{}",
    description: "",
    maxSessionSeconds: 3600,
    tags: [],
    inlinePolicies: [
      {
        name: "p",
        document: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: ["ec2:Describe*", "ssm:GetParameter"], Resource: "*" }],
        }),
      },
    ],
    attachedPolicies: [],
  };
  sandbox.world.iam.data.roles["/tester"] = role;
  const { accessKeyId, secretAccessKey, sessionToken } = await issueSession(sandbox.world, role, "s-1", 3600);
  return { accessKeyId, secretAccessKey, sessionToken };
}

describe("a signature", () => {
  it("by the right key is accepted everywhere", async () => {
    expect(await outcomes(sandbox.world.iam.rootCredentials)).toEqual([
      "ok",
      "DuplicateLoadBalancerNameException",
      "ok",
      "ok",
    ]);
  });

  it("by an unknown key is refused in each protocol's words", async () => {
    expect(await outcomes({ accessKeyId: "AKIANONE", secretAccessKey: "x" })).toEqual([
      "AuthFailure",
      "InvalidClientTokenId",
      "UnrecognizedClientException",
      "InvalidAccessKeyId",
    ]);
  });

  it("with a wrong secret is refused in each protocol's words", async () => {
    const { accessKeyId } = sandbox.world.iam.rootCredentials;
    expect(await outcomes({ accessKeyId, secretAccessKey: "wrong" })).toEqual([
      "AuthFailure",
      "SignatureDoesNotMatch",
      "InvalidSignatureException",
      "SignatureDoesNotMatch",
    ]);
  });

  it("made long ago is refused", async () => {
    now = new Date(Date.now() + 16 * 60_000);
    try {
      expect(await outcomes(sandbox.world.iam.rootCredentials)).toEqual([
        "RequestExpired",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "RequestTimeTooSkewed",
      ]);
    } finally {
      now = undefined;
    }
  });
});

describe("temporary credentials", () => {
  it("may do what their role's policies allow", async () => {
    // S3's actions ask for themselves; this test's S3 does not.
    expect(await outcomes(await session())).toEqual(["ok", "AccessDenied", "ok", "ok"]);
  });

  it("need their token", async () => {
    const { accessKeyId, secretAccessKey } = await session();
    const refused = ["AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidToken"];
    expect(await outcomes({ accessKeyId, secretAccessKey })).toEqual(refused);
    expect(await outcomes({ accessKeyId, secretAccessKey, sessionToken: "other" })).toEqual(refused);
  });

  it("end", async () => {
    const credentials = await session();
    const stored = sandbox.world.iam.data.sessions[credentials.accessKeyId];
    if (!stored) throw new Error("the session was not kept");
    sandbox.world.iam.data.sessions[credentials.accessKeyId] = { ...stored, expiresAt: new Date(0).toISOString() };
    expect(await outcomes(credentials)).toEqual([
      "RequestExpired",
      "ExpiredToken",
      "ExpiredTokenException",
      "ExpiredToken",
    ]);
  });
});
