import {
  CreatePolicy$,
  DeletePolicy$,
  GetPolicy$,
  GetPolicyVersion$,
  type CreatePolicyCommandInput,
  type DeletePolicyCommandInput,
  type GetPolicyCommandInput,
  type GetPolicyVersionCommandInput,
} from "@aws-sdk/client-iam";
import { action } from "../wire/action.ts";
import { sandboxAccount } from "../world.ts";
import { alreadyExists, checkName, checkPath, deleteConflict, encodeDocument, noSuchEntity } from "./entities.ts";
import { managedPolicyDocument } from "./managed-policies.ts";
import { parsePolicy } from "./policy-document.ts";
import { newAccessKeyId, type IamStore } from "./store.ts";

export const createPolicy = action(CreatePolicy$, async (input: CreatePolicyCommandInput, { world }) => {
  const name = checkName(input.PolicyName, "policyName", 128);
  const path = checkPath(input.Path);
  const arn = `arn:aws:iam::${sandboxAccount}:policy${path}${name}`;
  parsePolicy(input.PolicyDocument ?? "", "identity");
  if (Object.hasOwn(world.iam.data.policies, arn)) throw alreadyExists(`A policy called ${name} already exists.`);
  world.iam.data.policies[arn] = {
    id: newAccessKeyId("ANPA"),
    arn,
    name,
    path,
    createdAt: world.now().toISOString(),
    description: input.Description ?? "",
    document: input.PolicyDocument ?? "",
  };
  await world.iam.save();
  return { Policy: policyShape(world.iam, arn) };
});

export const getPolicy = action(GetPolicy$, (input: GetPolicyCommandInput, { world }) => ({
  Policy: policyShape(world.iam, existing(world.iam, input.PolicyArn)),
}));

export const getPolicyVersion = action(GetPolicyVersion$, (input: GetPolicyVersionCommandInput, { world }) => {
  const arn = existing(world.iam, input.PolicyArn);
  if (input.VersionId !== "v1") throw noSuchEntity(`Policy ${arn} version ${input.VersionId} does not exist.`);
  const document = encodeDocument(managedPolicyDocument(world.iam, arn) ?? "");
  return { PolicyVersion: { Document: document, VersionId: "v1", IsDefaultVersion: true } };
});

export const deletePolicy = action(DeletePolicy$, async (input: DeletePolicyCommandInput, { world }) => {
  const arn = input.PolicyArn ?? "";
  if (!Object.hasOwn(world.iam.data.policies, arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
  if (attachmentCount(world.iam, arn) > 0) {
    throw deleteConflict("Cannot delete a policy attached to entities.");
  }
  delete world.iam.data.policies[arn];
  await world.iam.save();
  return {};
});

function existing(iam: IamStore, arn: string | undefined): string {
  if (arn !== undefined && managedPolicyDocument(iam, arn) !== undefined) return arn;
  throw noSuchEntity(`Policy ${arn} was not found.`);
}

function attachmentCount(iam: IamStore, arn: string): number {
  return Object.values(iam.data.roles).filter((role) => role.attachedPolicies.includes(arn)).length;
}

function policyShape(iam: IamStore, arn: string) {
  const own = iam.data.policies[arn];
  return {
    PolicyName: arn.slice(arn.lastIndexOf("/") + 1),
    PolicyId: own?.id,
    Arn: arn,
    Path: own?.path ?? "/",
    DefaultVersionId: "v1",
    AttachmentCount: attachmentCount(iam, arn),
    IsAttachable: true,
    Description: own?.description,
    CreateDate: own ? new Date(own.createdAt) : undefined,
  };
}
