import type { DeleteResult, ResourceIdentity } from "./identity.ts";

/** What every host of a group is launched with. */
export interface LaunchSettings {
  readonly imageId: string;
  readonly instanceType: string;
  readonly groupIds: readonly string[];
  readonly instanceProfileName: string;
  /** Plain text; the adapter encodes it. */
  readonly userData: string;
  readonly volumeSizeGib: number;
  /** Of the instances, beside those of `identity`: what was installed on the host that the image is of. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface LaunchTemplate {
  readonly id: string;
  readonly name: string;
  /** The version to launch from. */
  readonly version: number;
  /** A hash of that version's settings. */
  readonly mark: string;
}

export interface GroupMember {
  readonly instanceId: string;
  readonly availabilityZone: string;
  /** AWS's own word: Pending, InService, Terminating … */
  readonly lifecycle: string;
  /** Healthy or Unhealthy, as the group sees it. */
  readonly health: string;
  /** Of the launch template. */
  readonly templateVersion: number | undefined;
}

export interface AutoScalingGroup {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly desired: number;
  readonly subnetIds: readonly string[];
  readonly targetGroupArns: readonly string[];
  readonly healthCheckType: string;
  readonly graceSeconds: number;
  readonly templateId: string | undefined;
  readonly templateVersion: number | undefined;
  readonly members: readonly GroupMember[];
  /** Names of the processes that are suspended (ReplaceUnhealthy …). */
  readonly suspended: readonly string[];
  /** It is being deleted. */
  readonly isLeaving: boolean;
}

export interface GroupRequest {
  readonly name: string;
  readonly templateId: string;
  readonly templateVersion: number;
  readonly subnetIds: readonly string[];
  readonly targetGroupArn: string;
  readonly hosts: number;
  readonly maximum: number;
  /** After a launch, for so long, what the load balancer thinks of a host is no reason to replace it. */
  readonly graceSeconds: number;
  /** So long after a launch a host counts as new. */
  readonly warmupSeconds: number;
}

/** When a group is to end its hosts by itself. */
export interface GroupEnd {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** False: somebody changed it, and hosts would be left. */
  readonly endsAll: boolean;
}

/** One round in which a group replaces its hosts by others of a newer template. */
export interface InstanceRefresh {
  readonly id: string;
  /** AWS's own word: Pending, InProgress, Baking, Successful, Failed, RollbackSuccessful … */
  readonly status: string;
  readonly reason?: string;
  readonly percentage: number;
}

export interface RefreshRequest {
  readonly templateId: string;
  readonly templateVersion: number;
  readonly warmupSeconds: number;
  /** So long the new hosts have to stay well before the round counts as a success. */
  readonly bakeSeconds: number;
}

/** EC2 Auto Scaling and the launch templates that it launches from. `find…` returns only what carries the stack's tag. */
export interface AutoScaling {
  /** Throws NAME_TAKEN for one of this name that is somebody else's. */
  findLaunchTemplate(stack: string, name: string): Promise<LaunchTemplate | undefined>;
  /** All that carry the tag, whatever their names. */
  findLaunchTemplates(stack: string): Promise<LaunchTemplate[]>;
  createLaunchTemplate(
    identity: ResourceIdentity,
    request: { name: string; mark: string; settings: LaunchSettings; clientToken: string },
  ): Promise<LaunchTemplate>;
  /** A new version, to launch from from then on. */
  createLaunchTemplateVersion(
    identity: ResourceIdentity,
    template: LaunchTemplate,
    request: { mark: string; settings: LaunchSettings },
  ): Promise<LaunchTemplate>;
  deleteLaunchTemplate(templateId: string): Promise<DeleteResult>;

  /** Throws NAME_TAKEN for one of this name that is somebody else's. */
  findGroup(stack: string, name: string): Promise<AutoScalingGroup | undefined>;
  findGroups(stack: string): Promise<AutoScalingGroup[]>;
  createGroup(identity: ResourceIdentity, request: GroupRequest): Promise<void>;
  updateGroup(request: GroupRequest): Promise<void>;
  /** While it is held, a group replaces nothing that the load balancer finds ill: somebody works on the hosts. */
  holdReplacement(name: string, isHeld: boolean): Promise<void>;
  /** Why the last thing that the group did failed, in AWS's words; undefined when it did not. */
  lastFailure(name: string): Promise<string | undefined>;
  /** What is still to come; undefined without one, and once it has come. */
  findEnd(name: string): Promise<GroupEnd | undefined>;
  /** From that moment on the group wants no host, and has none soon after. Undefined takes an end away. */
  setEnd(name: string, expiresAt: string | undefined): Promise<void>;
  /** Begins to delete it together with its instances, and its end. */
  deleteGroup(name: string): Promise<DeleteResult>;

  /** Begins a round, or returns the one that is under way; undone by AWS itself when new hosts do not become healthy. */
  startRefresh(name: string, request: RefreshRequest): Promise<string>;
  findRefresh(name: string, id: string): Promise<InstanceRefresh | undefined>;
}
