import {
  AttachRolePolicy$,
  DeleteRolePolicy$,
  DetachRolePolicy$,
  GetRolePolicy$,
  ListAttachedRolePolicies$,
  ListRolePolicies$,
  PutRolePolicy$,
  type AttachRolePolicyCommandInput,
  type DeleteRolePolicyCommandInput,
  type DetachRolePolicyCommandInput,
  type GetRolePolicyCommandInput,
  type ListAttachedRolePoliciesCommandInput,
  type ListRolePoliciesCommandInput,
  type PutRolePolicyCommandInput,
} from "@aws-sdk/client-iam";
import { action } from "../wire/action.ts";
import { checkName, encodeDocument, getRole, limitExceeded, noSuchEntity, page } from "./entities.ts";
import { managedPolicyDocument } from "./managed-policies.ts";
import { parsePolicy } from "./policy-document.ts";

/** IAM's quotas: all inline policies of a role together, without white space; and policies attached to it. */
const inlinePolicyCharacters = 10_240;
const attachedPolicyCount = 10;

export const putRolePolicy = action(PutRolePolicy$, async (input: PutRolePolicyCommandInput, { world }) => {
  const role = getRole(world.iam, input.RoleName);
  const name = checkName(input.PolicyName, "policyName", 128);
  const document = input.PolicyDocument ?? "";
  parsePolicy(document, "identity");
  const policies = [...role.inlinePolicies.filter((policy) => policy.name !== name), { name, document }];
  const size = policies.reduce((sum, policy) => sum + policy.document.replace(/\s/g, "").length, 0);
  if (size > inlinePolicyCharacters) {
    throw limitExceeded(`Maximum policy size of ${inlinePolicyCharacters} bytes exceeded for role ${role.name}`);
  }
  role.inlinePolicies = policies;
  await world.iam.save();
  return {};
});

export const getRolePolicy = action(GetRolePolicy$, (input: GetRolePolicyCommandInput, { world }) => {
  const role = getRole(world.iam, input.RoleName);
  const policy = role.inlinePolicies.find(({ name }) => name === input.PolicyName);
  if (!policy) throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
  return { RoleName: role.name, PolicyName: policy.name, PolicyDocument: encodeDocument(policy.document) };
});

export const deleteRolePolicy = action(DeleteRolePolicy$, async (input: DeleteRolePolicyCommandInput, { world }) => {
  const role = getRole(world.iam, input.RoleName);
  const left = role.inlinePolicies.filter(({ name }) => name !== input.PolicyName);
  if (left.length === role.inlinePolicies.length) {
    throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
  }
  role.inlinePolicies = left;
  await world.iam.save();
  return {};
});

export const listRolePolicies = action(ListRolePolicies$, (input: ListRolePoliciesCommandInput, { world }) => {
  const names = getRole(world.iam, input.RoleName).inlinePolicies.map(({ name }) => name);
  const { items, ...rest } = page(names.sort(), input);
  return { PolicyNames: items, ...rest };
});

export const attachRolePolicy = action(AttachRolePolicy$, async (input: AttachRolePolicyCommandInput, { world }) => {
  const role = getRole(world.iam, input.RoleName);
  const arn = input.PolicyArn ?? "";
  if (managedPolicyDocument(world.iam, arn) === undefined) {
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  }
  // Attaching twice is no error.
  if (role.attachedPolicies.includes(arn)) {
    await world.iam.settled();
    return {};
  }
  if (role.attachedPolicies.length >= attachedPolicyCount) {
    throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${attachedPolicyCount}`);
  }
  role.attachedPolicies.push(arn);
  await world.iam.save();
  return {};
});

export const detachRolePolicy = action(DetachRolePolicy$, async (input: DetachRolePolicyCommandInput, { world }) => {
  const role = getRole(world.iam, input.RoleName);
  if (!role.attachedPolicies.includes(input.PolicyArn ?? "")) {
    throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
  }
  role.attachedPolicies = role.attachedPolicies.filter((arn) => arn !== input.PolicyArn);
  await world.iam.save();
  return {};
});

export const listAttachedRolePolicies = action(
  ListAttachedRolePolicies$,
  (input: ListAttachedRolePoliciesCommandInput, { world }) => {
    const { items, ...rest } = page(getRole(world.iam, input.RoleName).attachedPolicies, input);
    return {
      AttachedPolicies: items.map((arn) => ({ PolicyArn: arn, PolicyName: arn.slice(arn.lastIndexOf("/") + 1) })),
      ...rest,
    };
  },
);
