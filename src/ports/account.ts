import type { LocalizedText } from "../text.ts";

/** Where the credentials in use come from, and for how long they hold. */
export interface Credentials {
  /** "environment", "profile training", "SSO (profile training)" … */
  readonly source: LocalizedText;
  /** Undefined: they do not end, or nobody says when. */
  readonly expiresAt: Date | undefined;
  /** True when whoever gave them gives new ones by itself (a role, SSO, a process, an instance). */
  readonly renewsItself: boolean;
  /** How to get new ones, most likely first. */
  readonly renewal: readonly (string | LocalizedText)[];
}

export interface InstanceTypeFacts {
  readonly architecture: "amd64" | "arm64";
  readonly vcpus: number;
  /** Of the families that share the quota of vCPUs; others have one of their own. */
  readonly isStandard: boolean;
  /** Names of the region's zones that offer it. */
  readonly zones: readonly string[];
}

export type QuotaName =
  | "vpcs"
  | "internet-gateways"
  | "vcpus"
  | "load-balancers"
  | "network-load-balancers"
  | "elastic-ips";

/** What the account may have of something in this region, and has. */
export interface Quota {
  readonly limit: number;
  readonly used: number;
}

/** One call that the tool is going to make, as IAM names it, and on what. */
export interface PlannedCall {
  readonly action: string;
  /** ARN, with wildcards where the id is not known yet. */
  readonly resource: string;
}

export type DenialReason =
  | "explicit-deny"
  | "no-allow"
  | "boundary"
  | "organization"
  /** EC2 itself refused a dry run; it does not say which policy did. */
  | "dry-run";

export interface Denial {
  readonly action: string;
  readonly reason: DenialReason;
}

export interface PermissionAnswer {
  readonly denied: readonly Denial[];
  /** Calls of which the simulator cannot be sure, because a policy asks for something it was not told. */
  readonly unsure: readonly string[];
  /** Why IAM's simulator could not be asked; undefined when it was. */
  readonly notSimulated: LocalizedText | undefined;
}

/** What is asked about account, region and caller before anything is made. Reads only. */
export interface Account {
  credentials(): Promise<Credentials>;
  /** Undefined when there is no such type in the region. */
  findInstanceType(instanceType: string): Promise<InstanceTypeFacts | undefined>;
  /** Undefined when the quota may not be asked for. */
  findQuota(name: QuotaName): Promise<Quota | undefined>;
  /** Asks EC2 (dry run: checked, not done) and IAM's policy simulator. */
  permissions(request: {
    readonly callerArn: string;
    readonly stack: string;
    readonly instanceType: string;
    readonly imageId: string | undefined;
    /** True: no network is made. */
    readonly givenNetwork: boolean;
    readonly calls: readonly PlannedCall[];
  }): Promise<PermissionAnswer>;
}
