import type { DatabaseRuntime } from "./database-runtime.ts";

/**
 * What the sandbox needs of the machine to make its instances, load balancers and databases real. `docker/` implements it;
 * tests of the API alone use a double. All names are AWS ids; how they map to containers is the runtime's matter.
 */
export interface Runtime {
  /** A network for a VPC, with the endpoint appliance (metadata and AWS endpoint for the instances) in it. Throws RangeInUseError. */
  createNetwork(network: { vpcId: string; cidr: string }): Promise<void>;
  removeNetwork(vpcId: string): Promise<void>;

  /** Creates and starts a host. Runs user data on the first boot. Returns once its init is running. */
  launchHost(host: HostSpec): Promise<void>;
  startHost(instanceId: string): Promise<void>;
  stopHost(instanceId: string): Promise<void>;
  rebootHost(instanceId: string): Promise<void>;
  /** Removes the host and its disk. No error when it is gone already. */
  removeHost(instanceId: string): Promise<void>;
  /** What is really there now, also after somebody removed a container by hand. */
  hostStates(): Promise<Map<string, HostState>>;
  consoleOutput(instanceId: string): Promise<string>;

  exec(instanceId: string, command: HostCommand): Promise<HostCommandResult>;
  /** Keeps what the host has downloaded and built so far for hosts that come later. Returns what was new. */
  keepForOthers(instanceId: string): Promise<readonly string[]>;

  /**
   * Makes an image of a host's disk, once for each image id. `reboot` takes the host down meanwhile, so that nothing is
   * half written; else it is paused for the moment. A host that does not run stays so.
   */
  captureImage(instanceId: string, imageId: string, options: { readonly reboot: boolean }): Promise<void>;
  /** Hosts that were made from it run on. No error when it is gone already. */
  removeImage(imageId: string): Promise<void>;

  /** Replaces the packet filter of a host, load balancer or database. Survives a restart of the container (the runtime applies it again). */
  applyFirewall(member: FirewallMember, rules: FirewallRules): Promise<void>;

  /** Throws AddressInUseError. */
  launchLoadBalancer(loadBalancer: LoadBalancerSpec): Promise<void>;
  /** Checks the configuration with HAProxy itself and loads it without dropping connections. Certificates not given any more go. */
  configureLoadBalancer(id: string, configuration: string, certificates?: readonly SecretFile[]): Promise<void>;
  /** HAProxy's runtime API: sends one command ("show stat") and returns the text. */
  loadBalancerCommand(id: string, command: string): Promise<string>;
  /** What HAProxy has logged since then, in order; [] when it is gone. */
  loadBalancerLog(id: string, since: Date): Promise<readonly LoadBalancerLogLine[]>;
  removeLoadBalancer(id: string): Promise<void>;
  /** What is really there now of load balancers. */
  loadBalancerStates(): Promise<Map<string, "running" | "stopped">>;

  /** Servers and storage of databases. */
  readonly databases: DatabaseRuntime;

  /** Everything that this sandbox has in Docker, for the inventory and for `reset`. */
  inventory(): Promise<{ containers: string[]; networks: string[]; images: string[]; volumes: string[] }>;
}

/** "down": it went down with the engine or the machine, not by itself, and is brought back. */
export type HostState = "running" | "stopped" | "down";

/** What the records say there should be on the machine. */
export interface WantedResources {
  readonly networks: readonly { readonly vpcId: string; readonly cidr: string }[];
  /** Instances that are not terminated, and those that are. */
  readonly instanceIds: readonly string[];
  readonly endedIds: readonly string[];
  readonly loadBalancerIds: readonly string[];
}

/** Something else on this machine listens at the load balancer's address. */
export class AddressInUseError extends Error {
  override readonly name = "AddressInUseError";
}

/** The range overlaps another network of this machine. */
export class RangeInUseError extends Error {
  override readonly name = "RangeInUseError";
}

export interface HostSpec {
  readonly instanceId: string;
  readonly vpcId: string;
  readonly privateIp: string;
  /** One that `captureImage` made; absent: the plain Debian. */
  readonly imageId?: string | undefined;
  /** e.g. ip-10-5-1-10 */
  readonly hostName: string;
  /** Decoded user data, run as root by sh once. */
  readonly userData?: string;
}

export interface HostCommand {
  readonly argv: readonly string[];
  readonly stdin?: Uint8Array;
  readonly signal?: AbortSignal;
}

export interface HostCommandResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** A file that holds a private key; only its owner may read it. */
export interface SecretFile {
  readonly path: string;
  readonly content: string;
}

export type FirewallMember =
  | { readonly kind: "host"; readonly id: string }
  | { readonly kind: "load-balancer"; readonly id: string }
  | { readonly kind: "database"; readonly id: string };

export interface FirewallRules {
  /** Inbound TCP/UDP/all from addresses. Established connections and loopback are always allowed. */
  readonly inbound: readonly {
    readonly protocol: "tcp" | "udp" | "icmp" | "all";
    readonly fromPort: number;
    readonly toPort: number;
    /** CIDR ranges; members of a referenced group appear as /32. */
    readonly sources: readonly string[];
    /** Members of a referenced group that hand on what others sent: by their hardware addresses. */
    readonly through?: readonly string[];
  }[];
  /** Members through which answers go back, because connections came through them under other addresses. */
  readonly returnPaths?: readonly ReturnPath[];
  /** It takes the answers to connections that it made under its clients' addresses. */
  readonly takesAnswers?: boolean;
  /** False when the subnet has no route to the internet: then only the VPC and the link-local services are reachable. */
  readonly internetRoute: boolean;
  readonly vpcCidr: string;
  /** Nothing passes but between it and these ranges, the addresses in `without` excepted; not what is established either. */
  readonly confined?: { readonly within: readonly string[]; readonly without: readonly string[] };
}

export interface ReturnPath {
  readonly mac: string;
  readonly privateIp: string;
}

export interface LoadBalancerLogLine {
  /** As exact as the runtime knows it; later lines have later ones. ISO 8601. */
  readonly time: string;
  readonly text: string;
}

export interface LoadBalancerSpec {
  /** The last part of its ARN: app/name/0123456789abcdef, or net/… */
  readonly id: string;
  readonly vpcId: string;
  /** One private address per subnet; the first is the container's own. */
  readonly privateIps: readonly string[];
  /** Ports that clients may use; each is published on `address`. */
  readonly ports: readonly number[];
  /** Loopback addresses of this machine on which clients reach it, e.g. 127.0.5.10; all lead to the same ports. */
  readonly addresses: readonly string[];
  /** It hands connections on with their client's address as the source, as a network load balancer does. */
  readonly keepsSource?: boolean | undefined;
}
