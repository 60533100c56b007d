import type { Instance } from "../../ports/compute.ts";
import type { StepContext } from "../step.ts";
import type { Ec2Output } from "../ec2.ts";
import type { GivenProfile } from "./given-profile.ts";
import { roleNameOf } from "./observe.ts";
import type { GivenNetwork } from "./given-network.ts";
import type { NetworkFacts } from "./network.ts";

/** What is somebody else's, and when it all ends. */
interface Origin {
  readonly given: GivenNetwork | undefined;
  readonly profile: GivenProfile | undefined;
  readonly expiresAt: string | undefined;
}

/** What later steps need of this one. The subnets are in the order of the zones. */
export function ec2Output(
  { stack }: Pick<StepContext, "stack">,
  { vpc, subnets, groups }: NetworkFacts,
  hosts: readonly Instance[],
  { given, profile, expiresAt }: Origin,
): Ec2Output {
  const groupId = (name: string): string => groups.find((group) => group.name === name)?.id ?? "";
  return {
    vpcId: vpc.id,
    publicSubnetIds: subnets.filter(({ name }) => name.startsWith("public-")).map(({ id }) => id),
    loadBalancerGroupId: groupId("load-balancer"),
    hostGroupId: groupId("host"),
    ...(given ? { givenSubnetIds: given.subnets.map(({ id }) => id) } : {}),
    roleName: profile?.roleName ?? roleNameOf(stack),
    ...(profile ? { givenRoleArn: profile.roleArn } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    hosts: hosts.map(hostOf),
  };
}

/** An instance as the steps and the state know their hosts. */
export const hostOf = ({
  id,
  availabilityZone,
  privateIp,
  publicIp,
  instanceType,
}: Instance): Ec2Output["hosts"][number] => ({
  instanceId: id,
  availabilityZone,
  privateIp: privateIp ?? "",
  ...(publicIp ? { publicIp } : {}),
  instanceType,
});
