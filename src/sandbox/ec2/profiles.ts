import { findInstanceProfile, instanceProfileArn } from "../iam/entities.ts";
import type { World } from "../world.ts";
import { invalidCombination, invalidValue } from "./errors.ts";

interface ProfileInput {
  readonly Arn?: string | undefined;
  readonly Name?: string | undefined;
}

/** The name of the instance profile that is meant. It must exist and have a role. */
export function profileNameFrom(world: World, { Arn, Name }: ProfileInput): string {
  if (Arn !== undefined && Name !== undefined) {
    throw invalidCombination(
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    );
  }
  const name = Name ?? Arn?.split("/").at(-1) ?? "";
  const profile = findInstanceProfile(world.iam, name);
  const given = Arn === undefined ? "name" : "ARN";
  if (!profile || (Arn !== undefined && instanceProfileArn(profile) !== Arn)) {
    const parameter = Arn === undefined ? "iamInstanceProfile.name" : "iamInstanceProfile.arn";
    throw invalidValue(
      `Value (${Arn ?? Name}) for parameter ${parameter} is invalid. Invalid IAM Instance Profile ${given}`,
    );
  }
  if (profile.roleName === undefined)
    throw invalidValue(`IAM Instance Profile "${instanceProfileArn(profile)}" has no associated IAM Roles`);
  return profile.name;
}
