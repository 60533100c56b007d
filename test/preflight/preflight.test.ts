import {
  AllocateAddressCommand,
  DescribeAvailabilityZones$,
  DescribeInstanceTypeOfferings$,
  DescribeInstanceTypes$,
  DescribeVpcs$,
  EC2Client,
  CreateVpcCommand,
  CreateInternetGatewayCommand,
} from "@aws-sdk/client-ec2";
import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { GetServiceQuota$ } from "@aws-sdk/client-service-quotas";
import { GetParameter$ } from "@aws-sdk/client-ssm";
import { afterEach, describe, expect, it } from "vitest";
import type { PreflightOptions } from "../../src/preflight/preflight.ts";
import { action, AwsError } from "../../src/sandbox/wire/action.ts";
import { allow, startAccount, type TestAccount } from "./account.ts";

let account: TestAccount | undefined;
afterEach(async () => {
  await account?.stop();
  account = undefined;
});

async function verdicts(changes: Partial<PreflightOptions> = {}): Promise<Record<string, string>> {
  const checks = (await account?.preflight(changes)) ?? [];
  return Object.fromEntries(checks.map(({ name, verdict, observed }) => [name, `${verdict}: ${observed.en}`]));
}

describe("the preflight", () => {
  it("finds an empty account in order, and makes nothing", async () => {
    account = await startAccount({ policy: [allow("*")] });
    expect(await verdicts()).toEqual({
      credentials: expect.stringMatching(/^ok: given keys/),
      account: "ok: 000000000000 ap-northeast-1 (arn:aws:sts::000000000000:assumed-role/engineer/me)",
      zones: "ok: ap-northeast-1a, ap-northeast-1c",
      "instance-type": "ok: amd64, 2 vCPU",
      image: expect.stringMatching(/^ok: ami-/),
      addresses: "ok: 10.5.0.0/16",
      "quota-vpcs": "ok: 0 of 5 used, 1 needed",
      "quota-internet-gateways": "ok: 0 of 5 used, 1 needed",
      "quota-vcpus": "ok: 0 of 5 used, 2 needed",
      "quota-load-balancers": "ok: 0 of 50 used, 1 needed",
      permissions: expect.stringMatching(/^ok: all \d\d calls asked about are allowed/),
    });
    const changing = account.calls.filter((call) => !/^(Describe|Get|List|Simulate)/.test(call.operation));
    // EC2's dry runs: each was refused with just that.
    expect(changing.map(({ operation, error }) => `${operation} ${error}`).toSorted()).toEqual([
      "CreateInternetGateway DryRunOperation",
      "CreateVpc DryRunOperation",
      "RunInstances DryRunOperation",
    ]);
    expect(await verdicts({ last: "nginx" })).not.toHaveProperty("quota-load-balancers");
    expect(await verdicts({ instanceType: "t4g.small" })).toMatchObject({
      "instance-type": "ok: arm64, 2 vCPU",
      image: expect.stringMatching(/^ok: ami-/),
    });
  });

  it("looks at the certificate, where one is wanted", async () => {
    account = await startAccount({ policy: [allow("*")] });
    const acm = new ACMClient(account.sandbox.clientConfig());
    const request = async (DomainName: string): Promise<string> =>
      (await acm.send(new RequestCertificateCommand({ DomainName, ValidationMethod: "DNS" }))).CertificateArn ?? "";
    const [good, pending] = [await request("www.example.test"), await request("www.example.invalid")];
    acm.destroy();
    const seen = async (certificateArn: string) => (await verdicts({ certificateArn }))["certificate"];
    expect(await verdicts()).not.toHaveProperty("certificate");
    expect(await verdicts({ certificateArn: good, last: "nginx" })).not.toHaveProperty("certificate");
    expect(await seen(good)).toMatch(/^ok: www\.example\.test, until 20\d\d-.* has to lead to it/);
    expect(await seen(pending)).toMatch(/^failed: .*PENDING_VALIDATION/);
    expect(await seen(good.replace(/[^/]*$/, "nowhere"))).toMatch(/^failed: There is none/);
    expect(await seen(good.replace("000000000000", "111122223333"))).toMatch(/^failed: it belongs to account 1111/);
    const late = new Date(Date.now() + 400 * 86_400_000);
    expect((await verdicts({ certificateArn: good, now: late }))["certificate"]).toMatch(/^failed: It expired at/);
  });

  it("asks nothing more where the state is about another account or region", async () => {
    account = await startAccount({ policy: [allow("*")] });
    const other = { account: "111122223333", region: "ap-northeast-1" };
    const seen = await verdicts({ recorded: other });
    expect(seen.account).toMatch(/^failed: 000000000000 .*the stack is in 111122223333/);
    expect(Object.keys(seen)).toEqual(["credentials", "account"]);
    const elsewhere = await verdicts({ recorded: { account: "000000000000", region: "us-east-1" } });
    expect(elsewhere.account).toMatch(/^failed: .*the stack is in 000000000000 us-east-1/);
  });

  it("knows an instance type that the region, or one of the two zones, does not have", async () => {
    account = await startAccount({
      policy: [allow("*")],
      instead: [
        action(DescribeInstanceTypeOfferings$, () => ({
          InstanceTypeOfferings: [{ InstanceType: "t3.small" as const, Location: "ap-northeast-1a" }],
        })),
      ],
    });
    const seen = await verdicts();
    expect(seen["instance-type"]).toBe("failed: not offered in ap-northeast-1c, only in ap-northeast-1a");
    expect((await verdicts({ instanceType: "t9.huge" }))["instance-type"]).toBe(
      "failed: not offered in ap-northeast-1",
    );
  });

  it("misses the second zone, the image and a free range of addresses", async () => {
    account = await startAccount({
      policy: [allow("*")],
      instead: [
        action(DescribeAvailabilityZones$, () => ({ AvailabilityZones: [{ ZoneName: "ap-northeast-1a" }] })),
        action(GetParameter$, () => {
          throw new AwsError("ParameterNotFound", "no such parameter");
        }),
        action(DescribeVpcs$, ({ Filters }: { Filters?: unknown[] }) => ({
          Vpcs: Filters ? [] : [{ VpcId: "vpc-1", CidrBlock: "10.0.0.0/8" }],
        })),
      ],
    });
    expect(await verdicts()).toMatchObject({
      zones: "failed: ap-northeast-1 has 1 that this account may use: ap-northeast-1a",
      image: "failed: ap-northeast-1 has no parameter /aws/service/debian/release/13/latest/amd64",
      addresses: "failed: All of 10.5.0.0/16 to 10.250.0.0/16 are in use",
    });
  });

  it("counts Elastic IPs and network load balancers for a stack that is to have one", async () => {
    account = await startAccount({ policy: [allow("*")] });
    const seen = await verdicts({ loadBalancer: "nlb" });
    expect(seen).toMatchObject({
      "quota-network-load-balancers": "ok: 0 of 50 used, 1 needed",
      "quota-elastic-ips": "ok: 0 of 5 used, 2 needed",
    });
    expect(seen).not.toHaveProperty("quota-load-balancers");
    const ec2 = new EC2Client(account.sandbox.clientConfig());
    for (let index = 0; index < 4; index += 1) await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
    const { "quota-elastic-ips": full } = await verdicts({ loadBalancer: "nlb" });
    expect(full).toBe("failed: 4 of 5 used, 2 needed");
    ec2.destroy();
  });

  it("says which permission is missing for them", async () => {
    account = await startAccount({
      policy: [allow("*"), { Effect: "Deny", Action: "ec2:AllocateAddress", Resource: "*" }],
    });
    expect((await verdicts({ loadBalancer: "nlb" }))["permissions"]).toContain("ec2:AllocateAddress");
    expect((await verdicts())["permissions"]).toMatch(/^ok: /);
  });

  it("counts what there is against the quotas", async () => {
    account = await startAccount({
      policy: [allow("*")],
      instead: [
        action(GetServiceQuota$, ({ QuotaCode }: { QuotaCode?: string }) => {
          // One that has only its default value, one that is used up, one too small.
          if (QuotaCode === "L-F678F1CE") throw new AwsError("NoSuchResourceException", "default only");
          return { Quota: { QuotaCode, Value: QuotaCode === "L-A4707A72" ? 5 : QuotaCode === "L-1216C47A" ? 1 : 0 } };
        }),
      ],
    });
    const ec2 = new EC2Client(account.sandbox.clientConfig());
    for (let index = 0; index < 5; index += 1) {
      await ec2.send(new CreateVpcCommand({ CidrBlock: `10.${index + 5}.0.0/16` }));
      await ec2.send(new CreateInternetGatewayCommand({}));
    }
    expect(await verdicts()).toMatchObject({
      addresses: "ok: 10.10.0.0/16",
      "quota-vpcs": "failed: 5 of 5 used, 1 needed",
      "quota-internet-gateways": "failed: 5 of 5 used, 1 needed",
      "quota-vcpus": "failed: 0 of 1 used, 2 needed",
      "quota-load-balancers": "failed: 0 of 0 used, 1 needed",
    });
  });

  it("asks nothing about a network where a given one is used", async () => {
    // Companies that give subnets deny the rest, and have used up their quota.
    const denied = {
      Effect: "Deny",
      Action: ["ec2:CreateVpc", "ec2:CreateInternetGateway", "ec2:CreateSubnet"],
      Resource: "*",
    };
    account = await startAccount({ policy: [allow("*"), denied] });
    const seen = await verdicts({ givenNetwork: true });
    expect(Object.keys(seen)).toEqual([
      "credentials",
      "account",
      "instance-type",
      "image",
      "quota-vcpus",
      "quota-load-balancers",
      "permissions",
    ]);
    expect(seen.permissions).toMatch(/^ok: all \d\d calls/);
    expect((await verdicts()).permissions).toMatch(/^failed: /);
  });

  it("asks nothing about a role where an instance profile is given", async () => {
    const denied = { Effect: "Deny", Action: ["iam:Create*", "iam:PutRolePolicy", "iam:PassRole"], Resource: "*" };
    account = await startAccount({ policy: [allow("*"), denied] });
    expect((await verdicts({ givenProfile: true })).permissions).toMatch(/^ok: all \d\d calls/);
    expect((await verdicts()).permissions).toMatch(/^failed: iam:CreateRole, /);
  });

  it("asks about access logs where they are asked for", async () => {
    const denied = { Effect: "Deny", Action: ["s3:PutBucketLogging", "s3:PutLifecycleConfiguration"], Resource: "*" };
    account = await startAccount({ policy: [allow("*"), denied] });
    expect((await verdicts()).permissions).toMatch(/^ok: all \d\d calls/);
    expect((await verdicts({ accessLogs: true })).permissions).toMatch(
      /^failed: s3:PutBucketLogging, s3:PutLifecycleConfiguration: /,
    );
  });

  it("does not hold a type against a quota that is not its own", async () => {
    account = await startAccount({
      policy: [allow("*")],
      instead: [
        action(DescribeInstanceTypes$, () => ({
          InstanceTypes: [{ InstanceType: "g4dn.xlarge" as const, VCpuInfo: { DefaultVCpus: 4 } }],
        })),
      ],
    });
    expect((await verdicts({ instanceType: "g4dn.xlarge" }))["quota-vcpus"]).toMatch(
      /^unknown: g4dn.xlarge is of a family/,
    );
    expect((await verdicts())["quota-vcpus"]).toMatch(/^ok: /);
  });

  it("says so where a quota may not be asked for", async () => {
    account = await startAccount({
      policy: [allow("*"), { Effect: "Deny", Action: "servicequotas:*", Resource: "*" }],
    });
    expect((await verdicts())["quota-vpcs"]).toBe("unknown: may not be asked for (servicequotas:GetServiceQuota)");
  });
});
