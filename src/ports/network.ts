import type { Blocker } from "./blocker.ts";
import type { DeleteResult, ResourceIdentity } from "./identity.ts";

export interface Vpc {
  readonly id: string;
  readonly cidr: string;
}

export interface Subnet {
  readonly id: string;
  /** The logical name from our tag, e.g. "public-a". */
  readonly name: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly availabilityZone: string;
}

export interface InternetGateway {
  readonly id: string;
  readonly attachedVpcId?: string;
}

export interface RouteTable {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly routes: readonly { readonly destination: string; readonly gatewayId?: string }[];
  readonly associations: readonly { readonly id: string; readonly subnetId: string }[];
}

/** A subnet's network ACL, the filter at its border. */
export interface SubnetAcl {
  readonly subnetId: string;
  readonly aclId: string;
  readonly associationId: string;
}

/** An inbound rule: TCP from one port to another, from one CIDR range or from the members of one group. */
export interface IngressRule {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly source: { readonly cidr: string } | { readonly groupId: string };
  readonly description?: string;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly ingress: readonly IngressRule[];
}

export interface NetworkInterface {
  readonly id: string;
  readonly description: string;
  readonly privateIp: string;
  readonly status: string;
  readonly subnetId: string;
  readonly groupIds: readonly string[];
  readonly instanceId?: string;
}

/** What cannot be deleted, by the field that tells what hangs on it. A gateway is asked for by the VPC that it serves. */
export type BlockedResource =
  | { readonly vpcId: string }
  | { readonly subnetId: string }
  | { readonly groupId: string }
  | { readonly gatewayOfVpcId: string };

/** A subnet as it is, whoever made it. */
export interface LookedAtSubnet extends Subnet {
  readonly vpcCidr: string;
  /** The internet gateway to which its route table (its own, else the VPC's main one) leads 0.0.0.0/0. */
  readonly gatewayId: string | undefined;
  /** The stack whose tag it or its VPC bears, and which deletes it one day. */
  readonly stack: string | undefined;
}

/** A public address that the account keeps, and pays for, until it is released. */
export interface ElasticIp {
  readonly id: string;
  /** The logical name from our tag, e.g. "address-a". */
  readonly name: string;
  readonly publicIp: string;
  /** The interface to which it leads now. */
  readonly interfaceId?: string;
}

/** VPC and everything in it. `find…` looks by our tags and returns undefined or [] when there is none. */
export interface Network {
  /** Names of the region's available zones, sorted. */
  availabilityZones(): Promise<string[]>;
  /** CIDR ranges of all VPCs of the account in this region, whoever made them. */
  usedRanges(): Promise<string[]>;
  /** The public IPv4 address from which this machine's requests reach AWS. */
  callerAddress(): Promise<string>;

  /** Names of the stacks that have a VPC here, sorted. */
  findStacks(): Promise<string[]>;
  findVpc(stack: string): Promise<Vpc | undefined>;
  /** All that carry the tag. There is one, unless a creating call's answer was lost at a bad moment. */
  findVpcs(stack: string): Promise<Vpc[]>;
  /** Throws VPC_RANGE_EXHAUSTED when this range cannot be used. */
  createVpc(identity: ResourceIdentity, cidr: string): Promise<Vpc>;
  enableDnsHostnames(vpcId: string): Promise<void>;
  deleteVpc(vpcId: string): Promise<DeleteResult>;

  findSubnets(stack: string): Promise<Subnet[]>;
  /** Those of these ids that exist, in the order of the ids. */
  lookAtSubnets(subnetIds: readonly string[]): Promise<LookedAtSubnet[]>;
  createSubnet(identity: ResourceIdentity, subnet: Omit<Subnet, "id" | "name">): Promise<Subnet>;
  deleteSubnet(subnetId: string): Promise<DeleteResult>;

  findInternetGateway(stack: string): Promise<InternetGateway | undefined>;
  findInternetGateways(stack: string): Promise<InternetGateway[]>;
  createInternetGateway(identity: ResourceIdentity): Promise<InternetGateway>;
  attachInternetGateway(gatewayId: string, vpcId: string): Promise<void>;
  /** Detaches it first. */
  deleteInternetGateway(gateway: InternetGateway): Promise<DeleteResult>;

  findRouteTables(stack: string): Promise<RouteTable[]>;
  createRouteTable(identity: ResourceIdentity, vpcId: string, clientToken: string): Promise<RouteTable>;
  createRoute(routeTableId: string, destination: string, gatewayId: string): Promise<void>;
  associateRouteTable(routeTableId: string, subnetId: string): Promise<void>;
  /** Removes its associations first. */
  deleteRouteTable(routeTable: RouteTable): Promise<DeleteResult>;

  /** Which network ACL each of these subnets has; of one that is not there, nothing. */
  findSubnetAcls(subnetIds: readonly string[]): Promise<SubnetAcl[]>;
  /** The stack's own: they keep everything out and in, and only a drill makes them. */
  findClosingAcls(stack: string): Promise<string[]>;
  createClosingAcl(identity: ResourceIdentity, vpcId: string): Promise<string>;
  /** Puts another ACL in the place of the one that an association is with; the association is another one then. */
  replaceSubnetAcl(associationId: string, aclId: string): Promise<void>;
  deleteAcl(aclId: string): Promise<DeleteResult>;

  findSecurityGroups(stack: string): Promise<SecurityGroup[]>;
  createSecurityGroup(identity: ResourceIdentity, vpcId: string, description: string): Promise<SecurityGroup>;
  authorizeIngress(groupId: string, rule: IngressRule): Promise<void>;
  revokeIngress(groupId: string, rule: IngressRule): Promise<void>;
  deleteSecurityGroup(groupId: string): Promise<DeleteResult>;

  findElasticIps(stack: string): Promise<ElasticIp[]>;
  /** Throws ADDRESS_LIMIT when the account may have no more. */
  allocateElasticIp(identity: ResourceIdentity): Promise<ElasticIp>;
  /** "in-use" while it leads somewhere. */
  releaseElasticIp(id: string): Promise<DeleteResult>;

  /** All interfaces in a VPC, also those which AWS services made (a load balancer's are described as "ELB app/…" or "ELB net/…"). */
  findNetworkInterfaces(vpcId: string): Promise<NetworkInterface[]>;
  /** What stands in the way of a deletion, whoever made it. */
  findBlockers(blocked: BlockedResource): Promise<Blocker[]>;
}
