/** What became of one request: "ok", or in one word what went wrong ("502", "refused", "timeout", "unsent"). */
export interface Sample {
  /** When it was due, in milliseconds since the load began. */
  readonly dueMs: number;
  /** When it ended, on the same clock. */
  readonly endMs: number;
  readonly outcome: string;
  /** Who answered, as the page's footer says it; absent when no page came. */
  readonly host?: string;
}

export const isFailure = ({ outcome }: Sample): boolean => outcome !== "ok";

/** A target's state as the load balancer told it, each time that it changed. */
export interface HealthChange {
  readonly atMs: number;
  readonly instanceId: string;
  /** As AWS words it: healthy, unhealthy, unused, draining, initial, unavailable; "gone" when it is no longer told of. */
  readonly state: string;
}
