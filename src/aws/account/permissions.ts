import type { EvaluationResult } from "@aws-sdk/client-iam";
import type { Account, Denial, PermissionAnswer, PlannedCall } from "../../ports/account.ts";
import { untranslated } from "../../text.ts";
import { ec2Principal } from "../../steps/ec2/hosts.ts";
import { managedPolicyForSsm } from "../../steps/ec2/plan.ts";
import type { Clients } from "../clients.ts";
import { tagList } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";

type Request = Parameters<Account["permissions"]>[0] & { readonly region: string };
type Needed = Pick<Clients, "ec2" | "iam">;

/** Whether the caller may do what is going to be done, without doing it. */
export async function askPermissions(clients: Needed, request: Request): Promise<PermissionAnswer> {
  const [refused, simulated] = await Promise.all([dryRuns(clients, request), simulate(clients, request)]);
  // The simulator says why; a dry run only that. So each call is named once, with the better reason.
  const denied = [
    ...simulated.denied,
    ...refused.filter(({ action }) => simulated.denied.every((denial) => denial.action !== action)),
  ];
  return { ...simulated, denied };
}

/** EC2 checks the request and the permission, organisation's policies included, and stops there. */
async function dryRuns(clients: Needed, { stack, instanceType, imageId, givenNetwork }: Request): Promise<Denial[]> {
  const { CreateInternetGatewayCommand, CreateVpcCommand, RunInstancesCommand } = await import("@aws-sdk/client-ec2");
  const ec2 = await clients.ec2();
  const tags = tagList({ stack, step: "ec2", name: "preflight" });
  const vpc = new CreateVpcCommand({
    CidrBlock: "10.5.0.0/16",
    DryRun: true,
    TagSpecifications: [{ ResourceType: "vpc", Tags: tags }],
  });
  const gateway = new CreateInternetGatewayCommand({
    DryRun: true,
    TagSpecifications: [{ ResourceType: "internet-gateway", Tags: tags }],
  });
  const instance =
    imageId === undefined
      ? undefined
      : new RunInstancesCommand({
          ImageId: imageId,
          InstanceType: instanceType as "t3.small",
          MinCount: 1,
          MaxCount: 1,
          DryRun: true,
          MetadataOptions: { HttpTokens: "required" },
          TagSpecifications: [{ ResourceType: "instance", Tags: tags }],
        });
  const asked = await Promise.all([
    !givenNetwork && isRefused(() => ec2.send(vpc)).then((no) => no && "ec2:CreateVpc"),
    !givenNetwork && isRefused(() => ec2.send(gateway)).then((no) => no && "ec2:CreateInternetGateway"),
    instance && isRefused(() => ec2.send(instance)).then((no) => no && "ec2:RunInstances"),
  ]);
  return asked.flatMap((action) => (action ? [{ action, reason: "dry-run" as const }] : []));
}

/** Only a clear no counts: a dry run may also fail because the network that the request needs is not there yet. */
async function isRefused(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return false;
  } catch (error) {
    return isAwsError(error, "UnauthorizedOperation");
  }
}

async function simulate(clients: Needed, request: Request): Promise<PermissionAnswer> {
  const none = { denied: [], unsure: [] };
  const source = await sourceArn(clients, request.callerArn);
  if (source === undefined) {
    const why = {
      en: "IAM's simulator knows users and roles only",
      ja: "IAM のシミュレーターはユーザーとロールだけを扱います",
    };
    return { ...none, notSimulated: why };
  }
  const results: { readonly action: string; readonly result: EvaluationResult }[] = [];
  try {
    for (const [resource, actions] of byResource(request.calls)) {
      for (const result of await simulateOn(clients, source, { ...request, resource, actions })) {
        results.push({ action: result.EvalActionName ?? "", result });
      }
    }
  } catch (error) {
    if (!isAwsError(error, "AccessDenied", "NoSuchEntity", "NoSuchEntityException", "InvalidInput")) throw error;
    return { ...none, notSimulated: untranslated(`iam:SimulatePrincipalPolicy: ${(error as Error).name}`) };
  }
  const judged = results.map(({ action, result }) => ({ action, verdict: judge(result) }));
  return {
    denied: judged.flatMap(({ action, verdict }) =>
      verdict === "allowed" || verdict === "unsure" ? [] : [{ action, reason: verdict }],
    ),
    unsure: judged.flatMap(({ action, verdict }) => (verdict === "unsure" ? [action] : [])),
    notSimulated: undefined,
  };
}

function judge(result: EvaluationResult): Denial["reason"] | "allowed" | "unsure" {
  if (result.EvalDecision === "allowed") return "allowed";
  if (result.OrganizationsDecisionDetail?.AllowedByOrganizations === false) return "organization";
  if (result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) return "boundary";
  if (result.EvalDecision === "explicitDeny") return "explicit-deny";
  // A condition on something that only the real request tells: it may well be allowed then.
  return (result.MissingContextValues ?? []).length > 0 ? "unsure" : "no-allow";
}

async function simulateOn(
  clients: Needed,
  source: string,
  { stack, region, resource, actions }: Request & { readonly resource: string; readonly actions: readonly string[] },
): Promise<EvaluationResult[]> {
  const { paginateSimulatePrincipalPolicy } = await import("@aws-sdk/client-iam");
  const tags = { stack, step: "ec2", name: "preflight" } as const;
  const values: Readonly<Record<string, string>> = {
    "aws:RequestedRegion": region,
    "iam:PassedToService": ec2Principal(region),
    "iam:PolicyARN": `arn:${source.split(":")[1]}:iam::aws:policy/${managedPolicyForSsm}`,
    ...Object.fromEntries(
      tagList(tags).flatMap(({ Key, Value }) => [
        [`aws:RequestTag/${Key}`, Value],
        [`aws:ResourceTag/${Key}`, Value],
        [`ec2:ResourceTag/${Key}`, Value],
        [`iam:ResourceTag/${Key}`, Value],
      ]),
    ),
  };
  const pages = paginateSimulatePrincipalPolicy(
    { client: await clients.iam() },
    {
      PolicySourceArn: source,
      ActionNames: [...actions],
      ResourceArns: [resource],
      ContextEntries: Object.entries(values).map(([ContextKeyName, value]) => ({
        ContextKeyName,
        ContextKeyType: "string" as const,
        ContextKeyValues: [value],
      })),
    },
  );
  const results: EvaluationResult[] = [];
  for await (const page of pages) results.push(...(page.EvaluationResults ?? []));
  return results;
}

function byResource(calls: readonly PlannedCall[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { action, resource } of calls) groups.set(resource, [...(groups.get(resource) ?? []), action]);
  return groups;
}

/** The user or role whose policies count. A session's ARN leaves out the path of its role (those of SSO have one). */
async function sourceArn(clients: Needed, callerArn: string): Promise<string | undefined> {
  if (/:user\//.test(callerArn)) return callerArn;
  const [, partition, account, roleName] = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(callerArn) ?? [];
  if (roleName === undefined) return undefined;
  const { GetRoleCommand } = await import("@aws-sdk/client-iam");
  const found = await (await clients.iam()).send(new GetRoleCommand({ RoleName: roleName })).catch(() => undefined);
  return found?.Role?.Arn ?? `arn:${partition}:iam::${account}:role/${roleName}`;
}
