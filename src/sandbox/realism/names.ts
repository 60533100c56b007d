/** All that the sandbox can do as AWS does it when it is asked to; each can be left out. docs/realism.md explains them. */
export const behaviourNames = [
  "latency",
  "boot",
  "late-ssm",
  "late-profile",
  "late-invocation",
  "slow-load-balancer",
  "slow-database",
  "lingering-interfaces",
  "late-logs",
  "slow-access-logs",
  "throttling",
  "server-errors",
  "late-timeouts",
  "lost-answers",
  "expired-credentials",
  "eventual-reads",
  "no-capacity",
  "clock-skew",
] as const;

export type Behaviour = (typeof behaviourNames)[number];
