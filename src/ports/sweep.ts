/** Something that a service still holds. `type` is "ec2:instance", "s3:bucket", … */
export interface Found {
  readonly type: string;
  readonly id: string;
}

/** One call of a sweep, by which AWS's own log (CloudTrail) can be asked for it. */
export interface SweepCall {
  readonly operation: string;
  /** Empty when AWS gave none. */
  readonly requestId: string;
}

/** What one service answered to one question. */
export interface SweepAnswer {
  readonly service: "ec2" | "elbv2" | "iam" | "s3" | "rds" | "ssm" | "autoscaling";
  /** Stable and kebab-case: "instances", "network-interfaces", "log-files". */
  readonly subject: string;
  readonly calls: readonly SweepCall[];
  readonly found: readonly Found[];
  /** Why there is no answer. `found` is then empty, which proves nothing. */
  readonly failure?: unknown;
}

/**
 * Asks every service what of a stack is still there: by the stack's tag, over all pages, with calls of its own, so that
 * a mistake of the code that deletes cannot hide what it left. Terminated instances do not count. Never throws for a
 * question that AWS refused: the answer says so. `buckets`: the names that the stack's buckets have when there are any.
 */
export interface Sweep {
  ask(stack: string, buckets: readonly string[]): Promise<SweepAnswer[]>;
}
