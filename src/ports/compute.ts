import type { DeleteResult, ResourceIdentity } from "./identity.ts";

export type InstanceState = "pending" | "running" | "shutting-down" | "terminated" | "stopping" | "stopped";

export interface Instance {
  readonly id: string;
  /** The logical name from our tag, e.g. "host-1". */
  readonly name: string;
  readonly state: InstanceState;
  readonly imageId: string;
  readonly instanceType: string;
  readonly availabilityZone: string;
  readonly subnetId: string;
  readonly privateIp?: string;
  readonly publicIp?: string;
  readonly groupIds: readonly string[];
  /** True when IMDSv1 is refused (`HttpTokens: required`). */
  readonly imdsv2Required: boolean;
  readonly volumeIds: readonly string[];
  /** The name of the instance profile that it bears. */
  readonly profileName?: string;
  readonly launchedAt?: Date;
  readonly tags: Readonly<Record<string, string>>;
}

export interface InstanceRequest {
  readonly imageId: string;
  readonly instanceType: string;
  readonly subnetId: string;
  readonly groupIds: readonly string[];
  readonly instanceProfileName: string;
  /** Plain text; the adapter encodes it. */
  readonly userData: string;
  readonly volumeSizeGib: number;
  /** True: an instance that shuts itself down is terminated, not stopped. */
  readonly endsItself?: boolean;
  readonly clientToken: string;
}

export interface Volume {
  readonly id: string;
  readonly encrypted: boolean;
  readonly type: string;
  readonly sizeGib: number;
}

export interface Compute {
  /** Undefined when the region has no such type. */
  architectureOf(instanceType: string): Promise<"amd64" | "arm64" | undefined>;
  /** Like `resolveImage`, but undefined where there is no such parameter. */
  findImage(parameterName: string): Promise<string | undefined>;
  /** Image id behind a public SSM parameter, e.g. /aws/service/debian/release/13/latest/amd64. */
  resolveImage(parameterName: string): Promise<string>;
  /** Ours by tag, without terminated ones. */
  findInstances(stack: string): Promise<Instance[]>;
  /** Encrypted gp3 root volume, IMDSv2 required, public address, no key pair. The client token makes a repeat harmless. Throws INSTANCE_CAPACITY for a full zone. */
  runInstance(identity: ResourceIdentity, request: InstanceRequest): Promise<Instance>;
  startInstance(instanceId: string): Promise<void>;
  /** Returns when EC2 has taken the order; the instance stops within a minute. */
  stopInstance(instanceId: string): Promise<void>;
  /** Switches an instance's metadata service on or off; its other settings stay. Takes effect within seconds. */
  setMetadataEndpoint(instanceId: string, enabled: boolean): Promise<void>;
  /** What an instance does that shuts itself down. */
  setEndsItself(instanceId: string, endsItself: boolean): Promise<void>;
  waitUntilRunning(instanceId: string, timeoutMs: number): Promise<Instance>;
  terminateInstance(instanceId: string): Promise<DeleteResult>;
  waitUntilTerminated(instanceId: string, timeoutMs: number): Promise<void>;
  /** Adds or replaces tags; used to note on the instance itself what was installed on it. */
  tagInstance(instanceId: string, tags: Readonly<Record<string, string>>): Promise<void>;
  findVolumes(volumeIds: readonly string[]): Promise<Volume[]>;
  /** The volumes that carry the stack's tag, without those that AWS is deleting; with the instance that has it. */
  findStackVolumes(stack: string): Promise<{ readonly id: string; readonly instanceId: string | undefined }[]>;
  deleteVolume(volumeId: string): Promise<DeleteResult>;
}
