import type { StepName } from "../steps/names.ts";

/**
 * What every resource of ours carries as tags, so that observing finds also what was never recorded.
 * `name` is unique within a stack and a resource type ("public-a", "vpc", "load-balancer").
 */
export interface ResourceIdentity {
  readonly stack: string;
  readonly step: StepName;
  readonly name: string;
  /** ISO 8601, UTC; absent: it has no end. */
  readonly expiresAt?: string | undefined;
}

/**
 * Result of a deletion: a resource that is already gone is success; one that something else still needs
 * (DependencyViolation, ResourceInUse, DeleteConflict) is "in-use" and may be tried again.
 */
export type DeleteResult = "deleted" | "absent" | "in-use";

/** A policy document as IAM and S3 take it. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly object[];
}

export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
}

export interface Role {
  readonly name: string;
  readonly arn: string;
  /** Managed policies attached, by ARN. */
  readonly managedPolicies: readonly string[];
  /** Names of the inline policies. */
  readonly inlinePolicies: readonly string[];
}

export interface InstanceProfile {
  readonly name: string;
  readonly arn: string;
  readonly roleNames: readonly string[];
}

/** An instance profile as it is, whoever made it. */
export interface LookedAtProfile {
  readonly name: string;
  /** Absent when no role is in it. */
  readonly role?: {
    readonly name: string;
    readonly arn: string;
    /** EC2 may give it to instances. */
    readonly trustsEc2: boolean;
    readonly hasPolicies: boolean;
  };
  /** The stack whose tag it bears, and which deletes it one day. */
  readonly stack: string | undefined;
}

/** IAM and STS. Role and profile names are unique per account; ours start with the stack's name. */
export interface Identity {
  caller(): Promise<CallerIdentity>;
  /** Undefined when there is no such role, or when it does not carry the stack's tag (then it is not ours). */
  findRole(stack: string, roleName: string): Promise<Role | undefined>;
  /** Throws NAME_TAKEN when a role or an instance profile of this name exists that is not the stack's. */
  requireFreeName(stack: string, name: string): Promise<void>;
  createRole(identity: ResourceIdentity, roleName: string, trust: PolicyDocument): Promise<Role>;
  attachManagedPolicy(roleName: string, policyArn: string): Promise<void>;
  findInlinePolicy(roleName: string, policyName: string): Promise<PolicyDocument | undefined>;
  putInlinePolicy(roleName: string, policyName: string, document: PolicyDocument): Promise<void>;
  deleteInlinePolicy(roleName: string, policyName: string): Promise<DeleteResult>;
  /** Detaches and deletes what hangs on the role first. */
  deleteRole(roleName: string): Promise<DeleteResult>;
  findInstanceProfile(stack: string, profileName: string): Promise<InstanceProfile | undefined>;
  lookAtInstanceProfile(profileName: string): Promise<LookedAtProfile | undefined>;
  createInstanceProfile(identity: ResourceIdentity, profileName: string): Promise<InstanceProfile>;
  addRoleToInstanceProfile(profileName: string, roleName: string): Promise<void>;
  deleteInstanceProfile(profileName: string): Promise<DeleteResult>;
}
