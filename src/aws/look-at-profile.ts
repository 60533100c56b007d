import type { Role } from "@aws-sdk/client-iam";
import type { LookedAtProfile } from "../ports/identity.ts";
import type { Clients } from "./clients.ts";
import { stackTag } from "./tags.ts";
import { isAwsError } from "./translate-error.ts";

/** A profile that we did not make, with what decides whether hosts can work with it. */
export async function lookAtInstanceProfile(
  clients: Pick<Clients, "iam">,
  profileName: string,
): Promise<LookedAtProfile | undefined> {
  const { GetInstanceProfileCommand, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand } =
    await import("@aws-sdk/client-iam");
  const client = await clients.iam();
  try {
    const { InstanceProfile } = await client.send(new GetInstanceProfileCommand({ InstanceProfileName: profileName }));
    const stack = InstanceProfile?.Tags?.find(({ Key }) => Key === stackTag)?.Value;
    const role = InstanceProfile?.Roles?.[0];
    if (!role) return { name: profileName, stack };
    const { RoleName = "", Arn: arn = "" } = role;
    const [attached, inline] = await Promise.all([
      client.send(new ListAttachedRolePoliciesCommand({ RoleName })),
      client.send(new ListRolePoliciesCommand({ RoleName })),
    ]);
    const hasPolicies = (attached.AttachedPolicies ?? []).length + (inline.PolicyNames ?? []).length > 0;
    return { name: profileName, stack, role: { name: RoleName, arn, trustsEc2: trustsEc2(role), hasPolicies } };
  } catch (error) {
    if (isAwsError(error, "NoSuchEntity", "NoSuchEntityException")) return undefined;
    throw error;
  }
}

/** In China the service has another suffix. */
const trustsEc2 = ({ AssumeRolePolicyDocument = "" }: Role): boolean =>
  /"ec2\.amazonaws\.com(?:\.cn)?"/.test(decodeURIComponent(AssumeRolePolicyDocument));
