import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAccount } from "../../src/aws/account.ts";
import { createClients, type ClientOptions } from "../../src/aws/clients.ts";
import { renewalOf } from "../../src/aws/profile.ts";
import { translateError } from "../../src/aws/translate-error.ts";
import { checkCredentials } from "../../src/preflight/credentials.ts";
import { sandboxServices } from "../../src/sandbox/create-world.ts";
import { createEc2Store } from "../../src/sandbox/ec2/store.ts";
import { startTestSandbox } from "../support/sandbox.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const region = "ap-northeast-1";
let configFile = "";

beforeEach(() => {
  const directory = temporaryDirectory();
  configFile = join(directory, "config");
  for (const name of ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv("AWS_CONFIG_FILE", configFile);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(directory, "credentials"));
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const checked = async (now: Date) => {
  const clients = createClients({ region });
  return checkCredentials(createAccount(clients, { profile: undefined, region, env: process.env }), now);
};

describe("credentials in variables", () => {
  it("are told to be renewed when they would end in the middle of a run", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "a secret");
    vi.stubEnv("AWS_SESSION_TOKEN", "a token");
    vi.stubEnv("AWS_CREDENTIAL_EXPIRATION", "2100-01-01T12:00:00Z");
    const good = await checked(new Date("2100-01-01T11:00:00Z"));
    expect(good).toMatchObject({ verdict: "ok", observed: { en: expect.stringContaining("60 more minutes") } });
    const bad = await checked(new Date("2100-01-01T11:40:00Z"));
    expect(bad.verdict).toBe("failed");
    expect(bad.observed.en).toBe("environment variables, for 20 more minutes (until 2100-01-01T12:00:00.000Z)");
    expect(bad.next).toEqual([{ en: expect.stringContaining("AWS_SESSION_TOKEN"), ja: expect.any(String) }]);
  });
});

describe("the command that renews credentials", () => {
  it("is the one of the profile that they come from", async () => {
    writeFileSync(
      configFile,
      [
        "[profile work]\nsso_session = corporate\nsso_account_id = 111122223333\nsso_role_name = Engineer",
        "[profile admin]\nrole_arn = arn:aws:iam::111122223333:role/Admin\nsource_profile = work",
        "[profile console]\nlogin_session = arn:aws:iam::111122223333:user/me",
        "[profile vault]\ncredential_process = /opt/vault",
        "[profile day]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = a secret\naws_session_token = a token",
        "[profile operator]\nrole_arn = arn:aws:iam::111122223333:role/Operator\nsource_profile = default",
        "mfa_serial = arn:aws:iam::111122223333:mfa/phone",
        "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = a secret",
      ].join("\n"),
    );
    expect(await renewalOf("work", {})).toEqual(["aws sso login --profile work"]);
    expect(await renewalOf("admin", {})).toEqual(["aws sso login --profile work"]);
    expect(await renewalOf("console", {})).toEqual(["aws login --profile console"]);
    expect(await renewalOf(undefined, {})).toEqual(["aws configure"]);
    expect((await renewalOf("nobody", {}))[0]).toBe("aws configure sso");
    const words = async (profile: string, env = {}) => ((await renewalOf(profile, env))[0] as { en: string }).en;
    expect(await words("vault")).toContain("credential_process of profile vault");
    expect(await words("day")).toMatch(/aws_session_token too, into profile day$/);
    expect(await words("operator")).toBe(
      "The next command takes the role of profile operator again, and asks for the MFA code",
    );
    expect(await words("nobody", { AWS_WEB_IDENTITY_TOKEN_FILE: "/run/token" })).toContain("have it issued anew");
  });

  it("stands in the error that any call's refusal becomes, with what comes after it", async () => {
    writeFileSync(configFile, "[profile work]\nsso_start_url = https://example.awsapps.com/start\n");
    const next = async (options: Partial<ClientOptions>) => {
      const clients = createClients({ region, ...options });
      const ec2 = await clients.ec2();
      ec2.middlewareStack.add(expire, { step: "build" });
      const failing = ec2.send(new DescribeVpcsCommand({}));
      const error = translateError(await failing.catch((thrown: unknown) => thrown));
      return [error?.code, ...(error?.detail.next ?? [])];
    };
    const again = { en: expect.stringContaining("run the same command again"), ja: expect.any(String) };
    // The SDK does not even sign without a session.
    const noSession = ["CREDENTIALS_MISSING", "aws sso login --profile work", again];
    expect(await next({ profile: "work" })).toEqual(noSession);
    const ofSandbox = await next({ credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "a secret" } });
    const noSignIn = { en: expect.stringMatching(/^In the sandbox/), ja: expect.any(String) };
    expect(ofSandbox).toEqual(["CREDENTIALS_EXPIRED", noSignIn, again]);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "a secret");
    const newKeys = { en: expect.stringContaining("AWS_SESSION_TOKEN again"), ja: expect.any(String) };
    expect(await next({})).toEqual(["CREDENTIALS_EXPIRED", newKeys, again]);
  });
});

it("keys that nobody knows may be good ones in a region that has to be enabled first", () => {
  const refused = (name: string) => translateError(Object.assign(new Error("invalid"), { name }))?.detail.next ?? [];
  const hint = { en: expect.stringContaining("aws account list-regions"), ja: expect.any(String) };
  expect(refused("InvalidClientTokenId")).toContainEqual(hint);
  expect(refused("SignatureDoesNotMatch")).not.toContainEqual(hint);
});

const expire = () => async (): Promise<never> => {
  throw Object.assign(new Error("The security token is expired"), { name: "ExpiredToken" });
};

it("asks for the MFA code of a profile's role once for all clients", async () => {
  const sandbox = await startTestSandbox({
    services: sandboxServices,
    stores: (home) => ({ ec2: createEc2Store(home) }),
  });
  try {
    const { endpoint, credentials: root } = sandbox.clientConfig();
    // Before the first client: the SDK reads the file once for a process.
    writeFileSync(
      configFile,
      [
        `[default]\naws_access_key_id = ${root.accessKeyId}\naws_secret_access_key = ${root.secretAccessKey}`,
        "[profile admin]\nrole_arn = arn:aws:iam::000000000000:role/admin\nsource_profile = default",
        "mfa_serial = arn:aws:iam::000000000000:mfa/phone\nregion = ap-northeast-1",
      ].join("\n"),
    );
    const Statement = [{ Effect: "Allow", Principal: { AWS: "000000000000" }, Action: "sts:AssumeRole" }];
    await new IAMClient(sandbox.clientConfig()).send(
      new CreateRoleCommand({
        RoleName: "admin",
        AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
    vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
    const asked: string[] = [];
    const clients = createClients({
      region,
      profile: "admin",
      askMfaCode: async (device) => {
        asked.push(device);
        return "123456";
      },
    });
    const [sts, ec2] = await Promise.all([clients.sts(), clients.ec2()]);
    const [caller, refused] = await Promise.all([
      sts.send(new GetCallerIdentityCommand({})),
      // The role has no policy; that it is asked at all shows that the same credentials signed it.
      ec2.send(new DescribeVpcsCommand({})).catch((error: unknown) => error as Error),
    ]);
    expect(caller.Arn).toMatch(/assumed-role\/admin\//);
    expect(refused).toMatchObject({ name: "UnauthorizedOperation" });
    expect(asked).toEqual(["arn:aws:iam::000000000000:mfa/phone"]);
    const account = createAccount(clients, { profile: "admin", region, env: process.env });
    expect(await account.credentials()).toMatchObject({
      source: { en: "assumed role (admin, MFA)" },
      renewsItself: true,
      expiresAt: expect.any(Date),
    });
    clients.destroy();
  } finally {
    await sandbox.stop();
  }
});
