import type { Caller } from "../wire/action.ts";
import type { World } from "../world.ts";
import { findRole } from "./entities.ts";
import { managedPolicyDocument } from "./managed-policies.ts";
import { parsePolicy, type Statement } from "./policy-document.ts";
import type { IamStore, StoredRole } from "./store.ts";
import { evaluate, type Decision } from "./policy-evaluation.ts";

export type { Decision } from "./policy-evaluation.ts";

/**
 * What the caller's own policies say about an action. The account's root may do everything; policies on the resource
 * (a bucket's) are the resource's matter. `action` as in policies ("s3:PutObject"), `resource` an ARN.
 */
export function authorize(
  world: World,
  caller: Caller,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): Decision {
  if (caller.roleName === undefined) return "allow";
  const role = findRole(world.iam, caller.roleName);
  if (!role) return "implicit-deny";
  const request = { action, resource, context: { ...callerContext(world, caller), ...context } };
  const own = evaluate(statementsOf(world.iam, role), request);
  const boundary = boundaryOf(world.iam, role);
  // A boundary allows nothing by itself; what it leaves out is denied.
  return own === "allow" && boundary ? evaluate(boundary, request) : own;
}

/** The condition keys that hold for every request of a caller. */
export function callerContext(world: World, caller: Caller): Record<string, string> {
  return {
    "aws:PrincipalArn": caller.arn,
    "aws:PrincipalAccount": world.account,
    "aws:PrincipalType": caller.roleName === undefined ? "Account" : "AssumedRole",
    "aws:CurrentTime": world.now().toISOString(),
    // The sandbox stands for AWS's HTTPS endpoint; its own plain HTTP never leaves this machine.
    "aws:SecureTransport": "true",
  };
}

export function statementsOf(iam: IamStore, role: StoredRole): Statement[] {
  const documents = [
    ...role.inlinePolicies.map(({ document }) => document),
    ...role.attachedPolicies.flatMap((arn) => managedPolicyDocument(iam, arn) ?? []),
  ];
  return documents.flatMap((document) => parsePolicy(document, "identity"));
}

/** Undefined for a role without a permissions boundary. */
export function boundaryOf(iam: IamStore, { boundaryArn }: StoredRole): Statement[] | undefined {
  if (boundaryArn === undefined) return undefined;
  return parsePolicy(managedPolicyDocument(iam, boundaryArn) ?? "", "identity");
}
