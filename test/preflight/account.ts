import { CreatePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { createAccount } from "../../src/aws/account.ts";
import { createCertificates } from "../../src/aws/certificates.ts";
import { createClients, type AwsCall } from "../../src/aws/clients.ts";
import { createCompute } from "../../src/aws/compute.ts";
import { createHttp } from "../../src/aws/http.ts";
import { createLoadBalancing } from "../../src/aws/load-balancing.ts";
import { createNetwork } from "../../src/aws/network.ts";
import type { Ports } from "../../src/ports/index.ts";
import type { PreflightCheck } from "../../src/preflight/check.ts";
import { preflight, type PreflightOptions } from "../../src/preflight/preflight.ts";
import { sandboxServices } from "../../src/sandbox/create-world.ts";
import { createEc2Store } from "../../src/sandbox/ec2/store.ts";
import { createElbv2Store } from "../../src/sandbox/elbv2/store.ts";
import { createRdsStore } from "../../src/sandbox/rds/store.ts";
import { createSsmStore } from "../../src/sandbox/ssm/store.ts";
import type { Action } from "../../src/sandbox/wire/action.ts";
import { startTestSandbox, type TestSandbox } from "../support/sandbox.ts";

export const allow = (...actions: string[]): object => ({ Effect: "Allow", Action: actions, Resource: "*" });

export interface TestAccount {
  readonly sandbox: TestSandbox;
  readonly calls: AwsCall[];
  preflight(changes?: Partial<PreflightOptions>): Promise<PreflightCheck[]>;
  /** The questions are still about the role, but asked by somebody who may ask everything. */
  signAsRoot(): void;
  stop(): Promise<void>;
}

interface AccountOptions {
  /** Statements of the role whose session asks. */
  readonly policy: readonly object[];
  readonly boundary?: readonly object[];
  /** Actions that answer otherwise than the sandbox does. */
  readonly instead?: readonly Action[];
}

/** The sandbox's wire, asked by a role with a policy, without a machine behind it. */
export async function startAccount({ policy, boundary, instead = [] }: AccountOptions): Promise<TestAccount> {
  const names = new Set(instead.map(({ name }) => name));
  const sandbox = await startTestSandbox({
    services: sandboxServices.map((service) => ({
      ...service,
      actions: service.actions.map((it) =>
        names.has(it.name) ? (instead.find(({ name }) => name === it.name) ?? it) : it,
      ),
    })),
    stores: (home) => ({
      ec2: createEc2Store(home),
      elbv2: createElbv2Store(home),
      rds: createRdsStore(home),
      ssm: createSsmStore(home),
    }),
  });
  const session = await assumeEngineer(sandbox, policy, boundary);
  const calls: AwsCall[] = [];
  const { region, endpoint, credentials: root } = sandbox.clientConfig();
  const connect = (credentials: typeof root) => {
    const clients = createClients({ region, endpoint, credentials, onCall: (call) => calls.push(call) });
    const clock = { now: () => new Date(), sleep: async () => {} };
    const options = { clock, pollMs: 5, callerAddressUrl: endpoint };
    const ports = {
      certificates: createCertificates(clients),
      http: createHttp(),
      account: createAccount(clients, { profile: undefined, region, env: {} }),
      compute: createCompute(clients, options),
      loadBalancing: createLoadBalancing(clients, options),
      network: createNetwork(clients, options),
    } as Partial<Ports> as Ports;
    return { clients, ports };
  };
  let connection = connect(session);
  const made = [connection];
  return {
    sandbox,
    calls,
    preflight: (changes) =>
      preflight({
        ports: connection.ports,
        stack: "mine",
        region,
        caller: { account: "000000000000", arn: "arn:aws:sts::000000000000:assumed-role/engineer/me" },
        recorded: undefined,
        instanceType: "t3.small",
        givenNetwork: false,
        givenProfile: false,
        accessLogs: false,
        databaseClass: "db.t4g.micro",
        last: "s3",
        now: new Date(),
        ...changes,
      }),
    signAsRoot() {
      connection = connect(root);
      made.push(connection);
    },
    async stop() {
      for (const { clients } of made) clients.destroy();
      await sandbox.stop();
    },
  };
}

async function assumeEngineer(sandbox: TestSandbox, policy: readonly object[], boundary?: readonly object[]) {
  const iam = new IAMClient(sandbox.clientConfig());
  const document = (Statement: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
  const trust = [{ Effect: "Allow", Principal: { AWS: "000000000000" }, Action: "sts:AssumeRole" }];
  const bound =
    boundary &&
    (await iam.send(new CreatePolicyCommand({ PolicyName: "boundary", PolicyDocument: document(boundary) }))).Policy
      ?.Arn;
  const RoleName = "engineer";
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: document(trust),
      ...(bound ? { PermissionsBoundary: bound } : {}),
    }),
  );
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument: document(policy) }));
  const assumed = await new STSClient(sandbox.clientConfig()).send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::000000000000:role/${RoleName}`, RoleSessionName: "me" }),
  );
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = assumed.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
