import type { Caller, ServiceDefinition } from "./action.ts";

/** A request that was understood and whose signature is right. */
export interface Call {
  /** As in the signature's scope: ec2, elasticloadbalancing, s3, ssm, iam, sts. */
  readonly service: string;
  readonly protocol: ServiceDefinition["protocol"];
  readonly operation: string;
  readonly input: object;
  readonly caller: Caller;
  readonly userAgent: string;
}

/** What may come between a request and its answer, around actions that know nothing of it. */
export interface Manners {
  /** What the services' own clock shows to the owner of a key when it is `now`. */
  clock(now: Date, accessKeyId: string): Date;
  /** Before the action: takes its time, or throws what is answered in the action's place. */
  admit(call: Call): Promise<void>;
  /** What the client gets to see of an output; throws what is answered although the action has had its effect. */
  show(call: Call, output: object): object;
  /** Whether the answer arrives; it may take its time to find out. */
  delivers(call: Call): Promise<boolean>;
  /** By which behaviour this call was treated otherwise than it would have been; for the request log. */
  reasonFor(call: Call): string | undefined;
}
