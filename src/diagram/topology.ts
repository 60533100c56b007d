import type { InstanceState } from "../ports/compute.ts";
import type { TargetHealth } from "../ports/load-balancing.ts";
import type { StepName } from "../steps/names.ts";

/** What runs on a host, as the host itself says; undefined where there is nothing of the kind. */
export interface HostFacts {
  /** "1.26.3"; with `active` false it is installed but not running. */
  readonly nginx?: { readonly version: string; readonly active: boolean };
  readonly puma?: { readonly version: string; readonly active: boolean };
  readonly rails?: string;
  readonly ruby?: string;
  /** Path of the Unix domain socket on which Puma listens. */
  readonly socket?: string;
  /** Addresses on which something listens for TCP, e.g. "0.0.0.0:80", without SSH-like extras: all of them. */
  readonly listening: readonly string[];
  readonly database?: string;
}

export interface TopologyInstance {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly state: InstanceState;
  readonly availabilityZone: string;
  readonly subnetId: string;
  readonly privateIp?: string;
  readonly publicIp?: string;
  readonly groupIds: readonly string[];
  /** Undefined when SSM does not reach it. */
  readonly facts?: HostFacts;
}

export interface TopologySubnet {
  readonly id: string;
  readonly name: string;
  readonly cidr: string;
  readonly availabilityZone: string;
  /** True when its route table sends 0.0.0.0/0 to an internet gateway. */
  readonly isPublic: boolean;
}

export interface TopologyGroup {
  readonly id: string;
  readonly name: string;
  /** "tcp 80 ← 203.0.113.5/32", sources that are groups by their names. */
  readonly rules: readonly { readonly ports: string; readonly source: string; readonly open: boolean }[];
}

export interface TopologyDatabase {
  readonly id: string;
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly status: string;
  readonly encrypted: boolean;
  readonly isPublic: boolean;
  readonly availabilityZone: string;
  readonly secondaryZone?: string;
  readonly groupIds: readonly string[];
  readonly subnetIds: readonly string[];
  readonly port: number;
}

/** The stack as AWS describes it now. Nothing in here comes from the state file but what is said so. */
export interface Topology {
  readonly stack: string;
  readonly target: "sandbox" | "aws";
  readonly account: string;
  readonly region: string;
  readonly observedAt: Date;
  readonly vpc?: { readonly id: string; readonly cidr: string };
  readonly gateway?: { readonly id: string; readonly attached: boolean };
  readonly subnets: readonly TopologySubnet[];
  readonly groups: readonly TopologyGroup[];
  readonly loadBalancer?: {
    readonly name: string;
    readonly dnsName: string;
    readonly state: string;
    readonly subnetIds: readonly string[];
    readonly groupIds: readonly string[];
    readonly listenerPorts: readonly number[];
    /** Of those, the ones that speak TLS; where there is one, the others only send visitors there. */
    readonly securePorts?: readonly number[];
    /** Of a network load balancer; absent: it is an application load balancer. */
    readonly elasticIps?: readonly string[];
  };
  readonly targetGroup?: {
    readonly name: string;
    readonly port: number;
    readonly healthCheckPath: string;
    readonly targets: readonly TargetHealth[];
  };
  readonly instances: readonly TopologyInstance[];
  readonly bucket?: {
    readonly name: string;
    readonly isPrivate: boolean;
    readonly encrypted: boolean;
    readonly versioned: boolean;
    /** "logs/" and the like; "" for objects at the top. */
    readonly prefixes: readonly { readonly prefix: string; readonly objects: number }[];
  };
  readonly database?: TopologyDatabase;
  /** The bucket into which the load balancer and the other bucket log their requests. */
  readonly accessLogsBucket?: string;
  /** The bucket into which rows and pictures are backed up. */
  readonly backupBucket?: string;
  /** The bucket with the maintenance page, and whether visitors are sent there. */
  readonly site?: { readonly bucket: string; readonly isShown: boolean };
  readonly role?: { readonly name: string; readonly policies: readonly string[] };
  /** From the records: which steps were proved, and when; the arrows of the picture follow them. */
  readonly proved: ReadonlyMap<StepName, Date>;
  /** Instances and addresses that the state knows, to notice drift. */
  readonly recordedInstanceIds: readonly string[];
  /** Other resources that the state has and AWS does not. */
  readonly recordedButGone: readonly { readonly type: string; readonly id: string }[];
}
