import { isAwsError } from "./translate-error.ts";

const notFound = [
  "InvalidVpcID.NotFound",
  "InvalidSubnetID.NotFound",
  "InvalidInternetGatewayID.NotFound",
  "InvalidRouteTableID.NotFound",
  "InvalidGroup.NotFound",
  "InvalidInstanceID.NotFound",
  "LoadBalancerNotFound",
  "LoadBalancerNotFoundException",
  "TargetGroupNotFound",
  "TargetGroupNotFoundException",
  "ListenerNotFound",
  "ListenerNotFoundException",
  "NoSuchEntity",
  "NoSuchEntityException",
  "NoSuchBucket",
  "DBInstanceNotFound",
  "DBInstanceNotFoundFault",
  "DBSubnetGroupNotFound",
  "DBSubnetGroupNotFoundFault",
];

const makes = /^(?:Create|Run)/;
/** For these "not found" is as good as done: somebody, or an attempt whose answer was lost, was there before. */
const unmakes = /^(?:Delete|Terminate|Detach|Disassociate|Remove|Revoke|Deregister)/;
/** What may be missing here is the policy, not the role. */
const asksForAPart = new Set(["GetRolePolicy"]);

/** Ids that AWS gives, and the members of a request in which we choose a name ourselves. */
const ids =
  /^(?:(?:vpc|subnet|igw|rtb|sg|i)-[0-9a-f]+|arn:.*:(?:loadbalancer|targetgroup|listener|listener-rule)\/.*)$/;
const ownNames = ["RoleName", "InstanceProfileName", "Bucket", "DBInstanceIdentifier", "DBSubnetGroupName"];

/** What was made through the clients in the last while, so that "not found" about it can be told from "never was". */
export class RecentlyMade {
  private readonly since = new Map<string, number>();

  constructor(private readonly now: () => Date) {}

  /** A name of our own is known before the call: its answer may be lost, and "already exists" says that it is there. */
  announce(operation: string, input: object): void {
    if (makes.test(operation)) for (const name of ownNamesIn(input)) this.keep(name);
  }

  note(operation: string, input: object, output: object): void {
    if (makes.test(operation)) for (const word of wordsIn(output)) if (ids.test(word)) this.keep(word);
    if (unmakes.test(operation)) for (const key of keysIn(input)) this.since.delete(key);
  }

  /** For how long the youngest of what the call names has been there, in milliseconds; undefined when it is another error. */
  ageOf(operation: string, input: object, error: unknown): number | undefined {
    if (unmakes.test(operation) || asksForAPart.has(operation) || !isAwsError(error, ...notFound)) return undefined;
    const made = keysIn(input).flatMap((key) => this.since.get(key) ?? []);
    return made.length === 0 ? undefined : this.now().getTime() - Math.max(...made);
  }

  private keep(key: string): void {
    if (!this.since.has(key)) this.since.set(key, this.now().getTime());
  }
}

/** With what they are the name of: a role and its profile are called the same. */
function ownNamesIn(input: object): string[] {
  return ownNames.flatMap((name) => {
    const value = (input as Record<string, unknown>)[name];
    return typeof value === "string" ? [`${name} ${value}`] : [];
  });
}

function keysIn(input: object): string[] {
  return [...ownNamesIn(input), ...[...wordsIn(input)].filter((word) => ids.test(word))];
}

function* wordsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* wordsIn(item);
  else if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    for (const item of Object.values(value)) yield* wordsIn(item);
}
