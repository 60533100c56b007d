import type { IpPermission, UserIdGroupPair } from "@aws-sdk/client-ec2";
import { isIPv6 } from "node:net";
import { AwsError } from "../wire/action.ts";
import { canonicalCidr } from "./cidr.ts";
import { invalidValue, missingParameter } from "./errors.ts";
import { getSecurityGroup } from "./find.ts";
import { newId } from "./ids.ts";
import type { RuleRecord, SecurityGroupRecord } from "./records.ts";
import type { Ec2Store } from "./store.ts";

/** The old spelling with one rule in the request itself is still what `aws ec2 … --cidr` may send. */
export interface RulesInput {
  readonly IpPermissions?: readonly IpPermission[] | undefined;
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
  readonly SourceSecurityGroupName?: string | undefined;
}

const protocolNumbers: Readonly<Record<string, string>> = {
  "1": "icmp",
  "6": "tcp",
  "17": "udp",
  "58": "icmpv6",
  all: "-1",
};
const protocols = new Set(["tcp", "udp", "icmp", "icmpv6", "-1"]);

/** The rules that permissions stand for, one per source or destination, each with an id of its own. */
export function rulesFrom(
  store: Ec2Store,
  group: SecurityGroupRecord,
  input: RulesInput,
  egress: boolean,
): RuleRecord[] {
  const rules = permissionsIn(input).flatMap((permission) => rulesOf(store, group, permission, egress));
  if (rules.length === 0) throw missingParameter("ipPermissions");
  return rules;
}

function permissionsIn(input: RulesInput): readonly IpPermission[] {
  if (input.IpPermissions?.length) return input.IpPermissions;
  const { IpProtocol, FromPort, ToPort, CidrIp, SourceSecurityGroupName } = input;
  if (IpProtocol === undefined && CidrIp === undefined && SourceSecurityGroupName === undefined) return [];
  const pairs = SourceSecurityGroupName === undefined ? [] : [{ GroupName: SourceSecurityGroupName }];
  const ranges = CidrIp === undefined ? [] : [{ CidrIp }];
  return [{ IpProtocol, FromPort, ToPort, IpRanges: ranges, UserIdGroupPairs: pairs }];
}

function rulesOf(store: Ec2Store, group: SecurityGroupRecord, permission: IpPermission, egress: boolean): RuleRecord[] {
  const protocol = protocolOf(permission.IpProtocol);
  const base = { egress, protocol, ...portsOf(protocol, permission) };
  if (permission.PrefixListIds?.length) throw invalidValue("The sandbox has no prefix lists.");
  const make = (peer: Partial<RuleRecord>): RuleRecord => ({ id: newId("sgr"), ...base, ...peer });
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) =>
      make({ cidrIpv4: cidrOf(CidrIp), description: descriptionOf(Description) }),
    ),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) =>
      make({ cidrIpv6: cidr6Of(CidrIpv6), description: descriptionOf(Description) }),
    ),
    ...(permission.UserIdGroupPairs ?? []).map((pair) =>
      make({ groupId: referencedGroup(store, group, pair), description: descriptionOf(pair.Description) }),
    ),
  ];
}

function protocolOf(given: string | undefined): string {
  if (given === undefined) throw missingParameter("ipProtocol");
  const name = protocolNumbers[given.toLowerCase()] ?? given.toLowerCase();
  if (protocols.has(name)) return name;
  throw invalidValue(`Invalid value '${given}' for IP protocol. Unknown protocol.`);
}

function portsOf(protocol: string, { FromPort, ToPort }: IpPermission): { fromPort: number; toPort: number } {
  if (protocol === "-1") return { fromPort: -1, toPort: -1 };
  const isIcmp = protocol.startsWith("icmp");
  if (isIcmp) return { fromPort: FromPort ?? -1, toPort: ToPort ?? -1 };
  if (FromPort === undefined || ToPort === undefined) {
    throw invalidValue(`Invalid value for portRange. Must specify both from and to ports with TCP/UDP.`);
  }
  // All ports may be written as -1 to -1.
  if (FromPort === -1 && ToPort === -1) return { fromPort: 0, toPort: 65_535 };
  for (const port of [FromPort, ToPort]) {
    if (port < 0 || port > 65_535)
      throw invalidValue(`Invalid value '${port}' for portRange. Port must be between 0 and 65535.`);
  }
  if (FromPort > ToPort) throw invalidValue(`Invalid TCP/UDP port range (${FromPort}:${ToPort})`);
  return { fromPort: FromPort, toPort: ToPort };
}

function cidrOf(cidr: string | undefined): string {
  if (cidr === undefined) throw missingParameter("cidrIp");
  try {
    return canonicalCidr(cidr, "cidrIp");
  } catch {
    throw invalidValue(`CIDR block ${cidr} is malformed`);
  }
}

function cidr6Of(cidr: string | undefined): string {
  const [address = "", prefix = ""] = cidr?.split("/") ?? [];
  if (isIPv6(address) && !address.includes("%") && /^\d{1,3}$/.test(prefix) && Number(prefix) <= 128) {
    return `${address.toLowerCase()}/${Number(prefix)}`;
  }
  throw invalidValue(`CIDR block ${cidr ?? ""} is malformed`);
}

function descriptionOf(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (text.length <= 255 && /^[\w\s.\-:/()#,@[\]+=&;{}!$*]*$/.test(text)) return text;
  throw invalidValue(
    "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
  );
}

function referencedGroup(store: Ec2Store, group: SecurityGroupRecord, pair: UserIdGroupPair): string {
  const byName = Object.values(store.data.securityGroups).find(
    ({ name, vpcId }) => name === pair.GroupName && vpcId === group.vpcId,
  );
  if (pair.GroupId === undefined && !byName) {
    throw new AwsError("InvalidGroup.NotFound", `The security group '${pair.GroupName}' does not exist`);
  }
  const referenced = pair.GroupId === undefined ? byName : getSecurityGroup(store, pair.GroupId);
  if (!referenced || referenced.vpcId !== group.vpcId) {
    throw new AwsError(
      "InvalidGroup.NotFound",
      `You have specified two resources that belong to different networks: ${group.id} and ${pair.GroupId}`,
    );
  }
  return referenced.id;
}
