import type { RequestLaunchTemplateData } from "@aws-sdk/client-ec2";
import type { FirewallMember } from "../runtime.ts";

export interface VpcRecord {
  readonly id: string;
  readonly cidr: string;
  readonly region: string;
  /** Pending until its Docker network stands. */
  state: "pending" | "available";
  readonly instanceTenancy: "default" | "dedicated";
  enableDnsSupport: boolean;
  enableDnsHostnames: boolean;
}

export interface SubnetRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly availabilityZone: string;
  mapPublicIpOnLaunch: boolean;
}

export interface InternetGatewayRecord {
  readonly id: string;
  vpcId?: string | undefined;
}

export interface RouteRecord {
  readonly destination: string;
  readonly gatewayId: string;
}

export interface RouteTableAssociationRecord {
  readonly id: string;
  /** Absent for the association that makes a table the VPC's main one. */
  readonly subnetId?: string | undefined;
}

export interface RouteTableRecord {
  readonly id: string;
  readonly vpcId: string;
  /** Without the local route, which every table has. */
  routes: RouteRecord[];
  associations: RouteTableAssociationRecord[];
}

/** One that was made. The default one of a VPC is no record: it allows everything and has all subnets that no other has. */
export interface NetworkAclRecord {
  readonly id: string;
  readonly vpcId: string;
  associations: { readonly id: string; readonly subnetId: string }[];
}

/** One rule has one source or destination; permissions, as EC2 also shows them, are put together from rules. */
export interface RuleRecord {
  readonly id: string;
  readonly egress: boolean;
  /** tcp, udp, icmp, icmpv6 or -1. */
  readonly protocol: string;
  /** -1 for "all"; of ICMP the type. */
  readonly fromPort: number;
  /** -1 for "all"; of ICMP the code. */
  readonly toPort: number;
  readonly cidrIpv4?: string | undefined;
  readonly cidrIpv6?: string | undefined;
  readonly groupId?: string | undefined;
  readonly description?: string | undefined;
}

export interface SecurityGroupRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  rules: RuleRecord[];
}

export interface NetworkInterfaceRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly privateIp: string;
  readonly mac: string;
  readonly description: string;
  /** Set for interfaces that a service made, e.g. amazon-elb. */
  readonly requesterId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly attachmentId: string;
  readonly attachedAt: string;
  /** Whether EC2 was asked to give it a public address. */
  readonly associatePublicIp: boolean;
  readonly deleteOnTermination: boolean;
  /** The Elastic IP that leads to it. */
  readonly allocationId?: string | undefined;
  /** Set for a load balancer that hands connections on with the client's address as their source. */
  readonly keepsSource?: boolean | undefined;
  /** The host or load balancer whose packet filter follows from the groups. */
  readonly member: FirewallMember;
  groupIds: string[];
}

/** An address that the account keeps until it is released. Which interface has it is written down there. */
export interface ElasticIpRecord {
  readonly id: string;
  readonly publicIp: string;
  /** Where it is in use: new each time. */
  associationId?: string | undefined;
}

export interface VolumeRecord {
  readonly id: string;
  readonly availabilityZone: string;
  readonly sizeGib: number;
  readonly type: string;
  readonly encrypted: boolean;
  readonly iops: number;
  readonly throughput: number;
  readonly kmsKeyId?: string | undefined;
  readonly snapshotId?: string | undefined;
  readonly createdAt: string;
  attachment?: { instanceId: string; device: string; deleteOnTermination: boolean; attachedAt: string } | undefined;
}

export type InstanceStateName = "pending" | "running" | "shutting-down" | "terminated" | "stopping" | "stopped";

export interface MetadataOptions {
  readonly httpTokens: "optional" | "required";
  readonly httpEndpoint: "enabled" | "disabled";
  readonly hopLimit: number;
  readonly tags: "enabled" | "disabled";
}

export interface InstanceRecord {
  readonly id: string;
  readonly reservationId: string;
  readonly region: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly architecture: "x86_64" | "arm64";
  readonly rootDevice: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly privateIp: string;
  readonly interfaceId: string;
  readonly launchIndex: number;
  readonly clientToken?: string | undefined;
  readonly keyName?: string | undefined;
  shutdownBehavior: "stop" | "terminate";
  /** Base64, as it was given. */
  readonly userData?: string | undefined;
  profile?: { associationId: string; name: string; associatedAt: string } | undefined;
  metadataOptions: MetadataOptions;
  state: InstanceStateName;
  stateReason?: { code: string; message: string } | undefined;
  /** e.g. "User initiated (2026-01-01 00:00:00 GMT)" */
  transitionReason: string;
  launchedAt: string;
  terminatedAt?: string | undefined;
}

export interface ImageRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
  readonly ownerAlias?: string | undefined;
  readonly public: boolean;
  readonly architecture: "x86_64" | "arm64";
  readonly rootDevice: string;
  readonly snapshotId: string;
  readonly sizeGib: number;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string | undefined;
  readonly createdAt: string;
  readonly sourceInstanceId?: string | undefined;
  /** Pending until the host's disk has been copied. */
  state: "pending" | "available" | "failed";
  stateReason?: string | undefined;
  /** Whether the host goes down while its disk is copied. */
  readonly reboot?: boolean | undefined;
}

/** What an image of a host is made of. It outlives the image, as on AWS, and is paid for until it is deleted. */
export interface SnapshotRecord {
  readonly id: string;
  /** The image with which it was made. */
  readonly imageId: string;
  readonly volumeId: string;
  readonly sizeGib: number;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string | undefined;
  readonly description: string;
  readonly startedAt: string;
  state: "pending" | "completed" | "error";
}

export interface LaunchTemplateVersionRecord {
  readonly number: number;
  readonly description?: string | undefined;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly settings: RequestLaunchTemplateData;
}

export interface LaunchTemplateRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly createdBy: string;
  defaultVersion: number;
  /** The highest number that was ever given, also when that version is gone. */
  lastNumber: number;
  versions: LaunchTemplateVersionRecord[];
}

/** What a client token was used for, so that a repeat answers the same and a different request is refused. */
export interface ClientTokenRecord {
  readonly fingerprint: string;
  readonly ids: readonly string[];
}

export interface Ec2Data {
  vpcs: Record<string, VpcRecord>;
  subnets: Record<string, SubnetRecord>;
  internetGateways: Record<string, InternetGatewayRecord>;
  routeTables: Record<string, RouteTableRecord>;
  networkAcls: Record<string, NetworkAclRecord>;
  securityGroups: Record<string, SecurityGroupRecord>;
  elasticIps: Record<string, ElasticIpRecord>;
  networkInterfaces: Record<string, NetworkInterfaceRecord>;
  volumes: Record<string, VolumeRecord>;
  instances: Record<string, InstanceRecord>;
  /** The account's own. */
  images: Record<string, ImageRecord>;
  snapshots: Record<string, SnapshotRecord>;
  launchTemplates: Record<string, LaunchTemplateRecord>;
  /** By resource id. */
  tags: Record<string, Record<string, string>>;
  /** By action and token. */
  clientTokens: Record<string, ClientTokenRecord>;
}
