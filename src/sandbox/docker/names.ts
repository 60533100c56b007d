/** Labels by which everything of a sandbox is found again in Docker. */
export const labels = {
  sandbox: "lecture05.sandbox",
  role: "lecture05.role",
  vpc: "lecture05.vpc",
  vpcCidr: "lecture05.vpc-cidr",
  privateIps: "lecture05.private-ips",
  id: "lecture05.id",
  /** host, appliance, database, base or ami, on images (and so on every container made from them). */
  image: "lecture05.image",
  build: "lecture05.build",
} as const;

const roles = ["host", "load-balancer", "database", "appliance", "helper"] as const;

export type ContainerRole = (typeof roles)[number];

export function networkName(sandboxId: string, vpcId: string): string {
  return `lecture05-${sandboxId}-${vpcId}`;
}

export function hostName(sandboxId: string, instanceId: string): string {
  return `lecture05-${sandboxId}-${instanceId}`;
}

export function applianceName(sandboxId: string, vpcId: string): string {
  return `lecture05-${sandboxId}-endpoint-${vpcId}`;
}

/** The id is `app/NAME/HEX`; the last part alone tells it from every other. */
export function loadBalancerName(sandboxId: string, id: string): string {
  return `lecture05-${sandboxId}-lb-${id.slice(id.lastIndexOf("/") + 1)}`;
}

/** Its container and, beside it, the volume of its storage. */
export function databaseName(sandboxId: string, id: string): string {
  return `lecture05-${sandboxId}-${id.toLowerCase()}`;
}

export function snapshotVolumeName(sandboxId: string, snapshotId: string): string {
  return `lecture05-${sandboxId}-snapshot-${snapshotId}`;
}

export function amiTag(imageId: string): string {
  return `lecture05/ami:${imageId}`;
}

/** What a container of ours carries, so that it can be found and its filter applied again from Docker alone. */
export interface Membership {
  readonly sandboxId: string;
  readonly role: ContainerRole;
  readonly vpcId: string;
  readonly vpcCidr: string;
  /** Its addresses; the first is the one that Docker gave to its interface. */
  readonly privateIps: readonly string[];
  /** The instance's, load balancer's or database's id; for an appliance, the VPC's. */
  readonly id: string;
}

export function toLabels(membership: Membership): Record<string, string> {
  return {
    [labels.sandbox]: membership.sandboxId,
    [labels.role]: membership.role,
    [labels.vpc]: membership.vpcId,
    [labels.vpcCidr]: membership.vpcCidr,
    [labels.privateIps]: membership.privateIps.join(","),
    [labels.id]: membership.id,
  };
}

const isRole = (name: string): name is ContainerRole => (roles as readonly string[]).includes(name);

/** Undefined for a container that is not ours. */
export function fromLabels(found: Readonly<Record<string, string>>): Membership | undefined {
  const value = (name: string): string => found[name] ?? "";
  const role = value(labels.role);
  if (!isRole(role)) return undefined;
  return {
    sandboxId: value(labels.sandbox),
    role,
    vpcId: value(labels.vpc),
    vpcCidr: value(labels.vpcCidr),
    privateIps: value(labels.privateIps).split(",").filter(Boolean),
    id: value(labels.id),
  };
}
