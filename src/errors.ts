import type { LocalizedText } from "./text.ts";

/** Every way in which the tool can fail for a reason that its user can act on. The codes are stable. */
export const errorCodes = [
  "USAGE",
  "CONFIG_INVALID",
  "PREREQUISITE_MISSING",
  "STATE_CORRUPT",
  "STATE_UNREADABLE",
  "STATE_NEWER",
  "STATE_UNWRITABLE",
  "STATE_TARGET_MISMATCH",
  "LOCK_HELD",
  "STEP_UNKNOWN",
  "STEP_REQUIREMENT_MISSING",
  "STEP_CHECK_FAILED",
  "DESTROY_INCOMPLETE",
  "DECLINED",
  "INTERRUPTED",
  "CREDENTIALS_MISSING",
  "CREDENTIALS_EXPIRED",
  "ACCESS_DENIED",
  "PREFLIGHT_FAILED",
  "STACK_EXPIRED",
  "AWS_REQUEST_FAILED",
  "AWS_UNREACHABLE",
  "AWS_THROTTLED",
  "WAIT_TIMED_OUT",
  "INSTANCE_CAPACITY",
  "INSTANCE_NOT_MANAGED",
  "REMOTE_COMMAND_FAILED",
  "ALB_TARGET_UNHEALTHY",
  "BUCKET_NAME_TAKEN",
  "NAME_TAKEN",
  "PUBLIC_PAGES_BLOCKED",
  "NOTHING_TO_ADOPT",
  "VPC_RANGE_EXHAUSTED",
  "ADDRESS_LIMIT",
  "LOAD_BALANCER_KIND",
  "NETWORK_UNUSABLE",
  "PROFILE_UNUSABLE",
  "CERTIFICATE_UNUSABLE",
  "DATABASE_UNUSABLE",
  "SANDBOX_UNAVAILABLE",
  "SANDBOX_IMAGE_FAILED",
  "DOCKER_UNAVAILABLE",
  "BROWSER_MISSING",
  "REPORT_UNWRITABLE",
  "PORT_UNAVAILABLE",
  "DRILL_REFUSED",
  "BACKUP_MISSING",
  "BACKUP_UNUSABLE",
  "DEPLOY_REFUSED",
  "DEPLOY_FAILED",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorDetail {
  /** What happened, in one sentence. */
  readonly what: LocalizedText;
  /** Why, with the observed value. */
  readonly why?: LocalizedText;
  /** Commands or actions that solve it, most likely first. */
  readonly next?: readonly (string | LocalizedText)[];
  readonly cause?: unknown;
}

/** The one error that is shown to people without a stack trace. Anything else is a bug of ours. */
export class Lecture05Error extends Error {
  override readonly name = "Lecture05Error";

  constructor(
    readonly code: ErrorCode,
    readonly detail: ErrorDetail,
  ) {
    super(`${code}: ${detail.what.en}${detail.why ? `: ${detail.why.en}` : ""}`, { cause: detail.cause });
  }
}

/** Exit codes of the command contract (DESIGN: 0 done, 1 failed, 2 usage, 3 left over, 4 locked, 130 interrupted). */
export function exitCodeOf(code: ErrorCode): number {
  switch (code) {
    case "USAGE":
    case "CONFIG_INVALID":
    case "STEP_UNKNOWN":
      return 2;
    case "DESTROY_INCOMPLETE":
      return 3;
    case "LOCK_HELD":
      return 4;
    case "INTERRUPTED":
      return 130;
    default:
      return 1;
  }
}
