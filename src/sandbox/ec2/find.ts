import { AwsError } from "../wire/action.ts";
import { invalidValue, missingParameter } from "./errors.ts";
import { findImage } from "./images.ts";
import type { Ec2Store } from "./store.ts";
import type {
  ElasticIpRecord,
  ImageRecord,
  InstanceRecord,
  InternetGatewayRecord,
  NetworkInterfaceRecord,
  RouteTableRecord,
  SecurityGroupRecord,
  SubnetRecord,
  VolumeRecord,
  VpcRecord,
} from "./records.ts";

/** How EC2 names a kind of resource in ids and in the error for one that is not there. */
export interface ResourceKind {
  readonly prefix: string;
  readonly parameter: string;
  readonly notFound: (id: string) => AwsError;
}

function kind(prefix: string, parameter: string, code: string, message: (id: string) => string): ResourceKind {
  return { prefix, parameter, notFound: (id) => new AwsError(code, message(id)) };
}

export const kinds = {
  vpc: kind("vpc", "vpcId", "InvalidVpcID.NotFound", (id) => `The vpc ID '${id}' does not exist`),
  subnet: kind("subnet", "subnetId", "InvalidSubnetID.NotFound", (id) => `The subnet ID '${id}' does not exist`),
  internetGateway: kind(
    "igw",
    "internetGatewayId",
    "InvalidInternetGatewayID.NotFound",
    (id) => `The internetGateway ID '${id}' does not exist`,
  ),
  routeTable: kind(
    "rtb",
    "routeTableId",
    "InvalidRouteTableID.NotFound",
    (id) => `The routeTable ID '${id}' does not exist`,
  ),
  networkAcl: kind(
    "acl",
    "networkAclId",
    "InvalidNetworkAclID.NotFound",
    (id) => `The networkAcl ID '${id}' does not exist`,
  ),
  securityGroup: kind("sg", "groupId", "InvalidGroup.NotFound", (id) => `The security group '${id}' does not exist`),
  securityGroupRule: kind(
    "sgr",
    "securityGroupRuleId",
    "InvalidSecurityGroupRuleId.NotFound",
    (id) => `The security group rule ID '${id}' does not exist`,
  ),
  networkInterface: kind(
    "eni",
    "networkInterfaceId",
    "InvalidNetworkInterfaceID.NotFound",
    (id) => `The networkInterface ID '${id}' does not exist`,
  ),
  elasticIp: kind(
    "eipalloc",
    "allocationId",
    "InvalidAllocationID.NotFound",
    (id) => `The allocation ID '${id}' does not exist`,
  ),
  volume: kind("vol", "volumeId", "InvalidVolume.NotFound", (id) => `The volume '${id}' does not exist.`),
  instance: kind("i", "instanceId", "InvalidInstanceID.NotFound", (id) => `The instance ID '${id}' does not exist`),
  snapshot: kind("snap", "snapshotId", "InvalidSnapshot.NotFound", (id) => `The snapshot '${id}' does not exist.`),
  launchTemplate: kind(
    "lt",
    "launchTemplateId",
    "InvalidLaunchTemplateId.NotFound",
    (id) => `The specified launch template, with template ID ${id}, does not exist.`,
  ),
  image: kind("ami", "imageId", "InvalidAMIID.NotFound", (id) => `The image id '[${id}]' does not exist`),
} satisfies Record<string, ResourceKind>;

/** The record of an id; throws as EC2 does when the id is missing, malformed or unknown. */
export function getRecord<T>(records: Readonly<Record<string, T>>, id: string | undefined, kind: ResourceKind): T {
  const found = records[checkId(id, kind)];
  if (found === undefined || !Object.hasOwn(records, id ?? "")) throw kind.notFound(id ?? "");
  return found;
}

export function checkId(id: string | undefined, kind: ResourceKind): string {
  if (id === undefined || id === "") throw missingParameter(kind.parameter);
  if (new RegExp(`^${kind.prefix}-[0-9a-f]+$`).test(id)) return id;
  const message = `Invalid id: "${id}" (expecting "${kind.prefix}-...")`;
  if (kind === kinds.instance) throw new AwsError("InvalidInstanceID.Malformed", message);
  if (kind === kinds.launchTemplate) throw new AwsError("InvalidLaunchTemplateId.Malformed", message);
  if (kind === kinds.image) throw new AwsError("InvalidAMIID.Malformed", message);
  if (kind === kinds.securityGroup) throw new AwsError("InvalidGroupId.Malformed", message);
  // For the other kinds EC2 does not tell a malformed id from an unknown one.
  if (id.startsWith(`${kind.prefix}-`)) throw kind.notFound(id);
  throw invalidValue(`Value (${id}) for parameter ${kind.parameter} is invalid. Expected: '${kind.prefix}-...'.`);
}

export function getVpc({ data }: Ec2Store, id: string | undefined): VpcRecord {
  return getRecord(data.vpcs, id, kinds.vpc);
}

export function getSubnet({ data }: Ec2Store, id: string | undefined): SubnetRecord {
  return getRecord(data.subnets, id, kinds.subnet);
}

export function getInternetGateway({ data }: Ec2Store, id: string | undefined): InternetGatewayRecord {
  return getRecord(data.internetGateways, id, kinds.internetGateway);
}

export function getRouteTable({ data }: Ec2Store, id: string | undefined): RouteTableRecord {
  return getRecord(data.routeTables, id, kinds.routeTable);
}

export function getSecurityGroup({ data }: Ec2Store, id: string | undefined): SecurityGroupRecord {
  return getRecord(data.securityGroups, id, kinds.securityGroup);
}

export function getNetworkInterface({ data }: Ec2Store, id: string | undefined): NetworkInterfaceRecord {
  return getRecord(data.networkInterfaces, id, kinds.networkInterface);
}

export function getElasticIp({ data }: Ec2Store, id: string | undefined): ElasticIpRecord {
  return getRecord(data.elasticIps, id, kinds.elasticIp);
}

export function getVolume({ data }: Ec2Store, id: string | undefined): VolumeRecord {
  return getRecord(data.volumes, id, kinds.volume);
}

export function getInstance({ data }: Ec2Store, id: string | undefined): InstanceRecord {
  return getRecord(data.instances, id, kinds.instance);
}

/** All of them, or the error that names every one that is missing, before anything is changed. */
export function getInstances(store: Ec2Store, ids: readonly string[] | undefined): InstanceRecord[] {
  if (!ids?.length) throw missingParameter("InstanceId");
  const unknown = ids.filter((id) => !store.instance(checkId(id, kinds.instance)));
  if (unknown.length > 1) {
    throw new AwsError("InvalidInstanceID.NotFound", `The instance IDs '${unknown.join(", ")}' do not exist`);
  }
  return [...new Set(ids)].map((id) => getInstance(store, id));
}

export function getImage(store: Ec2Store, id: string | undefined): ImageRecord {
  const image = findImage(store.data, checkId(id, kinds.image));
  if (!image) throw kinds.image.notFound(id ?? "");
  return image;
}
