import { sandboxAccount } from "../world.ts";
import { getRecord, kinds } from "./find.ts";
import type { Ec2Data, NetworkAclRecord, SubnetRecord } from "./records.ts";
import { tagSet } from "./tags.ts";

/** A network ACL, the default one of a VPC among them: that one allows everything, any other has no entry and denies it. */
export interface NetworkAcl extends NetworkAclRecord {
  readonly isDefault: boolean;
}

/** Those of all VPCs. What the default ones have follows from what the others have not. */
export function aclsIn(data: Ec2Data): NetworkAcl[] {
  const made = Object.values(data.networkAcls);
  return [
    ...Object.values(data.vpcs).map(({ id }): NetworkAcl => {
      const left = Object.values(data.subnets).filter((it) => it.vpcId === id && !closedBy(data, it.id));
      const associations = left.map((subnet) => ({ id: defaultAssociation(subnet), subnetId: subnet.id }));
      return { id: id.replace("vpc-", "acl-"), vpcId: id, isDefault: true, associations };
    }),
    ...made.map((acl) => ({ ...acl, isDefault: false })),
  ];
}

export function getAcl(data: Ec2Data, id: string | undefined): NetworkAcl {
  return getRecord(Object.fromEntries(aclsIn(data).map((acl) => [acl.id, acl])), id, kinds.networkAcl);
}

/** Whether an ACL keeps everything that crosses the subnet's border out and in. */
export const isCutOff = (data: Ec2Data, subnetId: string): boolean => closedBy(data, subnetId) !== undefined;

const closedBy = (data: Ec2Data, subnetId: string): NetworkAclRecord | undefined =>
  Object.values(data.networkAcls).find(({ associations }) => associations.some((it) => it.subnetId === subnetId));

/** The same each time the default ACL has it, where AWS makes a new one. */
export const defaultAssociation = ({ id }: Pick<SubnetRecord, "id">): string => id.replace("subnet-", "aclassoc-");

/** A subnet that goes takes its association along. */
export function forgetSubnet(data: Ec2Data, subnetId: string): void {
  for (const acl of Object.values(data.networkAcls)) {
    acl.associations = acl.associations.filter((it) => it.subnetId !== subnetId);
  }
}

export function aclShape(data: Ec2Data, acl: NetworkAcl) {
  return {
    NetworkAclId: acl.id,
    VpcId: acl.vpcId,
    IsDefault: acl.isDefault,
    OwnerId: sandboxAccount,
    Associations: acl.associations.map(({ id, subnetId }) => ({
      NetworkAclAssociationId: id,
      NetworkAclId: acl.id,
      SubnetId: subnetId,
    })),
    Entries: [true, false].flatMap((Egress) => [
      ...(acl.isDefault ? [entry(Egress, 100, "allow")] : []),
      // The last one of every ACL, which nobody can remove.
      entry(Egress, 32767, "deny"),
    ]),
    Tags: tagSet(data, acl.id),
  };
}

const entry = (Egress: boolean, RuleNumber: number, RuleAction: "allow" | "deny") => ({
  CidrBlock: "0.0.0.0/0",
  Egress,
  Protocol: "-1",
  RuleAction,
  RuleNumber,
});
