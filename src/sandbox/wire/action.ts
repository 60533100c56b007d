import type { IncomingMessage } from "node:http";
import type { World } from "../world.ts";

/** Who signed a request. Role credentials carry the role; the account's own key is its root. */
export interface Caller {
  readonly accessKeyId: string;
  readonly arn: string;
  /** Set for credentials that the metadata service handed to an instance. */
  readonly roleName?: string;
}

export interface ActionContext {
  readonly world: World;
  readonly requestId: string;
  readonly region: string;
  readonly caller: Caller;
  /** The raw request, for the few S3 actions that must see it. */
  readonly request: IncomingMessage;
  /** Overrides the modelled success status (206 for a range). */
  setStatus(status: number): void;
}

/** An operation's static schema as the SDK's clients export it (`CreateVpc$`). Only `wire/` looks inside. */
export type OperationSchema = readonly unknown[];

export interface Action {
  readonly schema: OperationSchema;
  readonly name: string;
  handle(input: object, ctx: ActionContext): Promise<object> | object;
}

/** An output as the SDK describes it, less what the protocol adds, with every undefined allowed. */
export type ActionOutput<Output> = { [K in keyof Omit<Output, "$metadata">]: Output[K] | undefined };

/**
 * Declares one action: the SDK's schema decides how its input is parsed and its output written.
 *
 *     export const createVpc = action(CreateVpc$, (input: CreateVpcCommandInput, ctx): ActionOutput<CreateVpcCommandOutput> => …)
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- lets each action name its own input
export function action<Input extends object, Output extends object>(
  schema: OperationSchema,
  handle: (input: Input, ctx: ActionContext) => Promise<Output> | Output,
): Action {
  // The wire parses `input` by the very schema that the SDK derives `Input` from.
  return { schema, name: String(schema[2]), handle: (input, ctx) => handle(input as Input, ctx) };
}

/** An answer with an AWS error: the code as AWS spells it ("InvalidVpcID.NotFound"), its message and HTTP status. */
export class AwsError extends Error {
  override readonly name = "AwsError";

  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Extra members of the error's body (S3: BucketName, Key). */
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** One AWS service as the wire sees it; each service folder exports one from its `service.ts`. */
export interface ServiceDefinition {
  /** Service name in the SigV4 scope: ec2, elasticloadbalancing, s3, ssm, iam, sts. */
  readonly signingName: string;
  readonly protocol: "ec2Query" | "awsQuery" | "awsJson1_1" | "restXml";
  /** API version, e.g. 2016-11-15. */
  readonly version: string;
  readonly xmlNamespace: string;
  /** Prefix of X-Amz-Target for JSON protocols, e.g. AmazonSSM. */
  readonly target?: string;
  readonly actions: readonly Action[];
}
