import { SimulatePrincipalPolicy$ } from "@aws-sdk/client-iam";
import { afterEach, describe, expect, it } from "vitest";
import { operatorPolicy } from "../../scripts/iam-policy/policy.ts";
import { action } from "../../src/sandbox/wire/action.ts";
import { allow, startAccount, type TestAccount } from "./account.ts";

let account: TestAccount | undefined;
afterEach(async () => {
  await account?.stop();
  account = undefined;
});

async function permissions(): Promise<string | undefined> {
  const found = (await account?.preflight())?.find(({ name }) => name === "permissions");
  return found && `${found.verdict}: ${found.observed.en}`;
}

it("passes with the policy in docs/iam-policy.json, and with nothing more", async () => {
  const { Statement } = operatorPolicy("mine");
  account = await startAccount({ policy: Statement });
  account.signAsRoot();
  expect(await permissions()).toMatch(/^ok: all \d\d calls asked about are allowed/);
  await account.stop();
  account = await startAccount({ policy: operatorPolicy("another").Statement });
  account.signAsRoot();
  expect(await permissions()).toMatch(/^failed: /);
});

describe("the permissions", () => {
  it("are missing where no policy allows, and where one denies", async () => {
    const reads = ["ec2:Describe*", "ssm:Get*", "iam:Get*", "iam:Simulate*", "elasticloadbalancing:Describe*"];
    account = await startAccount({ policy: [allow(...reads), allow("servicequotas:*")] });
    expect(await permissions()).toMatch(/^failed: ec2:CreateVpc, .*: no policy allows it$/);
    await account.stop();
    account = await startAccount({
      policy: [allow("*"), { Effect: "Deny", Action: "s3:CreateBucket", Resource: "*" }],
    });
    expect(await permissions()).toBe("failed: s3:CreateBucket: a policy denies it");
  });

  it("end at the permissions boundary", async () => {
    account = await startAccount({
      policy: [allow("*")],
      boundary: [allow("ec2:*", "ssm:*", "s3:*", "servicequotas:*")],
    });
    account.signAsRoot();
    const seen = await permissions();
    expect(seen).toMatch(/iam:CreateRole.*: the permissions boundary does not allow it/);
    expect(seen).not.toContain("ec2:");
  });

  it("are refused by an organization's policy, which the simulator names", async () => {
    account = await startAccount({
      policy: [allow("*")],
      instead: [
        action(SimulatePrincipalPolicy$, ({ ActionNames = [] }: { ActionNames?: string[] }) => ({
          EvaluationResults: ActionNames.map((EvalActionName) => ({
            EvalActionName,
            EvalDecision: EvalActionName === "iam:CreateRole" ? ("explicitDeny" as const) : ("allowed" as const),
            OrganizationsDecisionDetail: { AllowedByOrganizations: EvalActionName !== "iam:CreateRole" },
          })),
        })),
      ],
    });
    const checks = await account.preflight();
    expect(checks.at(-1)).toMatchObject({
      verdict: "failed",
      observed: { en: "iam:CreateRole: a service control policy (SCP) denies it" },
      next: [expect.anything(), { en: expect.stringContaining("administrator") }],
    });
  });

  it("are tried on EC2 where the simulator may not be asked", async () => {
    const deny = (...actions: string[]) => ({ Effect: "Deny", Action: actions, Resource: "*" });
    account = await startAccount({ policy: [allow("*"), deny("iam:SimulatePrincipalPolicy")] });
    expect(await permissions()).toMatch(/^unknown: EC2's dry runs passed; .*AccessDenied/);
    await account.stop();
    account = await startAccount({ policy: [allow("*"), deny("iam:SimulatePrincipalPolicy", "ec2:RunInstances")] });
    expect(await permissions()).toBe("failed: ec2:RunInstances: EC2 refused a dry run");
  });

  it("leave open what depends on a condition that only the real request can meet", async () => {
    const Condition = { StringEquals: { "ec2:Vpc": "arn:aws:ec2:ap-northeast-1:000000000000:vpc/vpc-1" } };
    account = await startAccount({
      policy: [
        { Effect: "Allow", NotAction: "ec2:CreateSubnet", Resource: "*" },
        { Effect: "Allow", Action: "ec2:CreateSubnet", Resource: "*", Condition },
      ],
    });
    expect(await permissions()).toMatch(/^unknown: \d\d of \d\d calls are allowed; .* about ec2:CreateSubnet$/);
  });
});
