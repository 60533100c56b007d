import type { SendCommandCommandInput } from "@aws-sdk/client-ssm";
import { AwsError } from "../wire/action.ts";

/** SSM's limit on a document and its parameters, 64 KB. */
const maximumBytes = 65_536;
const knownParameters = new Set(["commands", "workingDirectory", "executionTimeout"]);
const defaultTimeoutSeconds = 3600;
/** Where Debian's package starts the agent. */
const agentDirectory = "/usr/bin";

/** The checked parts of a request that do not depend on what there is. */
export interface SendRequest {
  readonly comment: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly timeoutSeconds: number;
  readonly executionTimeoutSeconds: number;
  readonly workingDirectory: string;
}

export function checkSendRequest(input: SendCommandCommandInput): SendRequest {
  if (input.DocumentName !== "AWS-RunShellScript") {
    throw new AwsError("InvalidDocument", `Document with name ${input.DocumentName} does not exist.`);
  }
  const parameters = input.Parameters ?? {};
  const unknown = Object.keys(parameters).find((name) => !knownParameters.has(name));
  if (unknown !== undefined) {
    throw new AwsError("InvalidParameters", `document AWS-RunShellScript does not support parameters: ${unknown}`);
  }
  if (!parameters["commands"]?.length) {
    throw new AwsError("InvalidParameters", 'Parameter "commands" requires at least one item.');
  }
  if (Buffer.byteLength(JSON.stringify(parameters)) > maximumBytes) {
    throw new AwsError(
      "MaxDocumentSizeExceeded",
      `The size limit of a document and its parameters is ${maximumBytes} bytes.`,
    );
  }
  const comment = input.Comment ?? "";
  if (comment.length > 100) throw invalid(comment, "comment", "Member must have length less than or equal to 100");
  const timeoutSeconds = input.TimeoutSeconds ?? defaultTimeoutSeconds;
  if (timeoutSeconds < 30 || timeoutSeconds > 2_592_000) {
    throw invalid(String(timeoutSeconds), "timeoutSeconds", "Member must have value between 30 and 2592000");
  }
  return {
    comment,
    parameters,
    timeoutSeconds,
    executionTimeoutSeconds: executionTimeout(parameters["executionTimeout"]?.[0]),
    workingDirectory: parameters["workingDirectory"]?.[0] || agentDirectory,
  };
}

/** The document's own pattern: 1 to 172800. */
function executionTimeout(given: string | undefined): number {
  if (given === undefined || given === "") return defaultTimeoutSeconds;
  const seconds = Number(given);
  if (/^[1-9]\d{0,5}$/.test(given) && seconds <= 172_800) return seconds;
  throw new AwsError(
    "InvalidParameters",
    `Parameter "executionTimeout" with value "${given}" does not match its allowed pattern.`,
  );
}

function invalid(value: string, member: string, constraint: string): AwsError {
  return new AwsError(
    "ValidationException",
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
