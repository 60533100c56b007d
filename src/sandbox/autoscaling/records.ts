/** One instance of a group, or one that is about to be. */
export interface MemberRecord {
  /** The client token of its launch, so that a daemon which starts anew finds the instance or launches it once. */
  readonly token: string;
  readonly groupName: string;
  /** Absent until EC2 has it. */
  instanceId?: string | undefined;
  readonly subnetId: string;
  readonly zone: string;
  readonly template: TemplateReference;
  readonly startedAt: string;
  lifecycle: "Pending" | "InService" | "Terminating";
  health: "Healthy" | "Unhealthy";
  isProtected: boolean;
  inServiceAt?: string | undefined;
  /** Until then it is deregistered, and ends what it is doing. */
  drainedFrom?: string | undefined;
  /** The activity that is under way with it. */
  activityId: string;
  /** The instance refresh that launched it. */
  readonly refreshId?: string | undefined;
}

/** A launch template; in a group its version may be `$Latest` or `$Default`, in a member it is a number. */
export interface TemplateReference {
  readonly id: string;
  readonly name: string;
  readonly version: string;
}

export interface GroupRecord {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly createdAt: string;
  template: TemplateReference;
  min: number;
  max: number;
  desired: number;
  defaultCooldown: number;
  subnetIds: string[];
  targetGroups: TargetGroupReference[];
  healthCheckType: "EC2" | "ELB";
  graceSeconds: number;
  warmupSeconds?: number | undefined;
  protectsNew: boolean;
  terminationPolicies: string[];
  suspended: string[];
  /** In the words of an activity: what asked for the present capacity. Absent once it has been reached. */
  cause?: string | undefined;
  /** Launched to even out the zones; another member goes once it is in service. */
  balancing?: string | undefined;
  /** After a launch that failed: not again before then, and rather in another zone. */
  backoff?: { readonly until: string; readonly seconds: number; readonly zone: string } | undefined;
  isLeaving?: boolean | undefined;
}

export interface TargetGroupReference {
  readonly arn: string;
  state: "Adding" | "InService" | "Removing";
}

export interface TagRecord {
  readonly value: string;
  readonly propagates: boolean;
}

export type ActivityStatus =
  | "PreInService"
  | "InProgress"
  | "WaitingForELBConnectionDraining"
  | "Successful"
  | "Failed"
  | "Cancelled";

export interface ActivityRecord {
  readonly id: string;
  readonly groupName: string;
  readonly groupArn: string;
  description: string;
  readonly cause: string;
  readonly details: string;
  readonly startedAt: string;
  endedAt?: string | undefined;
  status: ActivityStatus;
  message?: string | undefined;
}

export interface RefreshPreferencesRecord {
  readonly minHealthyPercentage: number;
  readonly maxHealthyPercentage: number;
  readonly warmupSeconds: number;
  readonly bakeSeconds: number;
  readonly skipMatching: boolean;
  readonly autoRollback: boolean;
  readonly isProtectedIncluded: "Refresh" | "Ignore" | "Wait";
}

export interface RefreshRecord {
  readonly id: string;
  readonly groupName: string;
  readonly startedAt: string;
  readonly preferences: RefreshPreferencesRecord;
  /** What new instances are made of while it runs, and what the group has once it has succeeded. */
  readonly desired?: TemplateReference | undefined;
  status:
    | "Pending"
    | "InProgress"
    | "Baking"
    | "Successful"
    | "Failed"
    | "Cancelled"
    | "RollbackInProgress"
    | "RollbackSuccessful"
    | "RollbackFailed";
  reason?: string | undefined;
  endedAt?: string | undefined;
  total: number;
  remaining: number;
  bakedFrom?: string | undefined;
  rollback?: {
    readonly reason: string;
    readonly startedAt: string;
    readonly percentage: number;
    readonly remaining: number;
  };
  /** Why it has to be given up; judged at the next look. */
  failure?: string | undefined;
}

/** What is to become of a group's sizes at a moment. A size that is absent stays as it is then. */
export interface ScheduledActionRecord {
  readonly name: string;
  readonly arn: string;
  readonly groupName: string;
  /** ISO 8601, UTC, whole seconds. */
  startAt: string;
  min?: number | undefined;
  max?: number | undefined;
  desired?: number | undefined;
}

export interface AutoScalingData {
  groups: Record<string, GroupRecord>;
  /** By token; those of all groups. */
  members: Record<string, MemberRecord>;
  /** By group name. */
  tags: Record<string, Record<string, TagRecord>>;
  activities: Record<string, ActivityRecord>;
  refreshes: Record<string, RefreshRecord>;
  /** By ARN; those that are still to be carried out. */
  scheduled: Record<string, ScheduledActionRecord>;
}
