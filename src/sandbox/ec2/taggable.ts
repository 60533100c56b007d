import { AwsError } from "../wire/action.ts";
import { getRecord, kinds, type ResourceKind } from "./find.ts";
import { findImage } from "./images.ts";
import { aclsIn } from "./network-acls.ts";
import type { Ec2Data } from "./records.ts";

interface Taggable {
  readonly type: string;
  readonly kind: ResourceKind;
  readonly records: (data: Ec2Data) => Readonly<Record<string, unknown>>;
}

const taggables: readonly Taggable[] = [
  { type: "vpc", kind: kinds.vpc, records: (data) => data.vpcs },
  { type: "subnet", kind: kinds.subnet, records: (data) => data.subnets },
  { type: "internet-gateway", kind: kinds.internetGateway, records: (data) => data.internetGateways },
  { type: "route-table", kind: kinds.routeTable, records: (data) => data.routeTables },
  {
    type: "network-acl",
    kind: kinds.networkAcl,
    records: (data) => Object.fromEntries(aclsIn(data).map((acl) => [acl.id, acl])),
  },
  { type: "security-group", kind: kinds.securityGroup, records: (data) => data.securityGroups },
  { type: "security-group-rule", kind: kinds.securityGroupRule, records: rulesById },
  { type: "network-interface", kind: kinds.networkInterface, records: (data) => data.networkInterfaces },
  { type: "elastic-ip", kind: kinds.elasticIp, records: (data) => data.elasticIps },
  { type: "volume", kind: kinds.volume, records: (data) => data.volumes },
  { type: "instance", kind: kinds.instance, records: (data) => data.instances },
  { type: "snapshot", kind: kinds.snapshot, records: (data) => data.snapshots },
  { type: "launch-template", kind: kinds.launchTemplate, records: (data) => data.launchTemplates },
  { type: "image", kind: kinds.image, records: (data) => data.images },
];

/** The type of resource that an id says it is, e.g. "route-table". */
export function resourceTypeOf(id: string): string | undefined {
  return taggables.find(({ kind }) => id.startsWith(`${kind.prefix}-`))?.type;
}

/** Throws when there is no such resource. */
export function checkTaggable(data: Ec2Data, id: string): void {
  const taggable = taggables.find(({ kind }) => id.startsWith(`${kind.prefix}-`));
  if (!taggable) throw new AwsError("InvalidID", `The ID '${id}' is not valid`);
  // Public images can be tagged too: the tags are the account's own.
  if (taggable.kind === kinds.image && findImage(data, id)) return;
  getRecord(taggable.records(data), id, taggable.kind);
}

function rulesById(data: Ec2Data): Record<string, unknown> {
  const rules = Object.values(data.securityGroups).flatMap((group) => group.rules);
  return Object.fromEntries(rules.map((rule) => [rule.id, rule]));
}
