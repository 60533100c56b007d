/** What keeps AWS from deleting something else (DependencyViolation, ResourceInUse, DeleteConflict). */
export interface Blocker {
  /** "ec2:network-interface", "ec2:subnet", "elbv2:load-balancer", … */
  readonly type: string;
  readonly id: string;
  /** What it calls itself: a network interface's description, else its Name tag or name; may be empty. */
  readonly description: string;
  /** Whose it is: an instance's id or a service of AWS ("amazon-elb"). */
  readonly owner?: string;
  /** The stack whose tag it (or its owner) carries; absent for what lecture05 did not make. */
  readonly stack?: string;
  /** When it was attached, launched or made, as far as AWS tells. */
  readonly since?: Date;
}
