import { CreateRoleCommand, DeleteRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { iamService } from "../../../src/sandbox/iam/service.ts";
import { stsService } from "../../../src/sandbox/sts/service.ts";
import { awscli } from "../../support/awscli.ts";
import { startTestSandbox, type TestSandbox } from "../../support/sandbox.ts";

let sandbox: TestSandbox;
let sts: STSClient;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await startTestSandbox({ services: [iamService, stsService] });
  sts = new STSClient(sandbox.clientConfig());
  iam = new IAMClient(sandbox.clientConfig());
});
afterEach(async () => {
  sts.destroy();
  iam.destroy();
  await sandbox.stop();
});

const trust = (Principal: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }] });
const request = { RoleArn: "arn:aws:iam::000000000000:role/deployer", RoleSessionName: "me" };

describe("STS", () => {
  it("tells the account's root who it is", async () => {
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: "000000000000",
      Arn: "arn:aws:iam::000000000000:root",
      UserId: "000000000000",
    });
  });

  it("tells awscli the same", async () => {
    expect(await awscli(sandbox, "sts", "get-caller-identity")).toEqual({
      Account: "000000000000",
      Arn: "arn:aws:iam::000000000000:root",
      UserId: "000000000000",
    });
  });

  it("gives the credentials of a role, which may then do what its policies say", async () => {
    const AssumeRolePolicyDocument = trust({ AWS: "arn:aws:iam::000000000000:root" });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "deployer", AssumeRolePolicyDocument }));
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "iam:PutRolePolicy", Resource: "*" }],
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: "deployer", PolicyName: "p", PolicyDocument }));
    const { Credentials, AssumedRoleUser } = await sts.send(new AssumeRoleCommand(request));
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA/);
    expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
    const config = {
      ...sandbox.clientConfig(),
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken ?? "",
      },
    };
    const caller = await new STSClient(config).send(new GetCallerIdentityCommand({}));
    expect(caller.Arn).toBe("arn:aws:sts::000000000000:assumed-role/deployer/me");
    expect(caller.Arn).toBe(AssumedRoleUser?.Arn);
    expect(caller.UserId).toBe(`${Role?.RoleId}:me`);
    const asRole = new IAMClient(config);
    await asRole.send(new PutRolePolicyCommand({ RoleName: "deployer", PolicyName: "q", PolicyDocument }));
    const create = asRole.send(new CreateRoleCommand({ RoleName: "x", AssumeRolePolicyDocument }));
    await expect(create).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
  });

  it("forgets the credentials of a role that was deleted, also when its name comes back", async () => {
    const AssumeRolePolicyDocument = trust({ AWS: "000000000000" });
    await iam.send(new CreateRoleCommand({ RoleName: "deployer", AssumeRolePolicyDocument }));
    const { Credentials } = await sts.send(new AssumeRoleCommand(request));
    await iam.send(new DeleteRoleCommand({ RoleName: "deployer" }));
    await iam.send(new CreateRoleCommand({ RoleName: "deployer", AssumeRolePolicyDocument }));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
    const call = new STSClient({ ...sandbox.clientConfig(), credentials }).send(new GetCallerIdentityCommand({}));
    await expect(call).rejects.toMatchObject({ name: "InvalidClientTokenId" });
  });

  it("refuses a role that does not trust the caller, is not there, or a session that is too long", async () => {
    await expect(sts.send(new AssumeRoleCommand(request))).rejects.toMatchObject({ name: "AccessDenied" });
    const AssumeRolePolicyDocument = trust({ Service: "ec2.amazonaws.com" });
    await iam.send(new CreateRoleCommand({ RoleName: "deployer", AssumeRolePolicyDocument }));
    await expect(sts.send(new AssumeRoleCommand(request))).rejects.toMatchObject({ name: "AccessDenied" });
    const long = new AssumeRoleCommand({ ...request, DurationSeconds: 43_200 });
    await expect(sts.send(long)).rejects.toMatchObject({ name: "AccessDenied" });
    const bad = new AssumeRoleCommand({ ...request, RoleSessionName: "a b" });
    await expect(sts.send(bad)).rejects.toMatchObject({ name: "ValidationError" });
  });
});
