export interface ParameterRecord {
  readonly name: string;
  readonly type: "String" | "StringList" | "SecureString";
  readonly value: string;
  readonly version: number;
  readonly dataType: string;
  readonly description?: string | undefined;
  readonly modifiedAt: string;
  /** Absent in records of older versions: none. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export type InvocationStatus =
  | "Pending"
  | "InProgress"
  | "Success"
  | "Failed"
  | "TimedOut"
  | "Cancelling"
  | "Cancelled";

/** A command on one instance. */
export interface InvocationRecord {
  readonly instanceId: string;
  status: InvocationStatus;
  /** As `status`, or more exact: DeliveryTimedOut, ExecutionTimedOut, Undeliverable. */
  details: string;
  responseCode: number;
  /** As far as GetCommandInvocation shows them. */
  stdout: string;
  stderr: string;
  startedAt?: string | undefined;
  endedAt?: string | undefined;
}

export interface CommandRecord {
  readonly id: string;
  readonly region: string;
  readonly comment: string;
  readonly documentName: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly instanceIds: readonly string[];
  readonly targets: readonly { readonly key: string; readonly values: readonly string[] }[];
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  readonly requestedAt: string;
  /** How long delivery may take. */
  readonly timeoutSeconds: number;
  readonly executionTimeoutSeconds: number;
  readonly workingDirectory: string;
  readonly invocations: InvocationRecord[];
}

export interface SsmData {
  parameters: Record<string, ParameterRecord>;
  /** When each instance was first reached. Once registered, an instance that is out of reach is "ConnectionLost". */
  registrations: Record<string, { registeredAt: string }>;
}

export const finalStatuses: ReadonlySet<InvocationStatus> = new Set(["Success", "Failed", "TimedOut", "Cancelled"]);
