import type { State } from "../state/schema.ts";
import type { Observed } from "../steps/ec2/observe.ts";
import type { Topology } from "./topology.ts";

type Present = Partial<
  Pick<Observed, "routeTables" | "groups" | "role"> & {
    readonly vpc: { readonly id: string } | undefined;
    readonly gateway: { readonly id: string } | undefined;
    readonly subnets: readonly { readonly id: string }[];
  }
>;

/** By what the state calls them. */
export function idsOf({ vpc, gateway, subnets = [], routeTables = [], groups = [], role }: Present): string[] {
  const parts = [vpc, gateway, ...subnets, ...routeTables, ...groups];
  return [...parts.flatMap((part) => (part ? [part.id] : [])), ...(role ? [role.name] : [])];
}

/** Types of which all that the stack has was just asked for; instances are told of as hosts. */
const looksFor = new Set([
  "ec2:vpc",
  "ec2:subnet",
  "ec2:internet-gateway",
  "ec2:route-table",
  "ec2:security-group",
  "iam:role",
  "elbv2:load-balancer",
  "elbv2:target-group",
  "elbv2:listener",
  "s3:bucket",
  "rds:db-instance",
]);

/** What the state has and is not there. */
export function recordedButGone(state: State | undefined, present: ReadonlySet<string>): Topology["recordedButGone"] {
  return (state?.resources ?? []).flatMap(({ type, id }) =>
    id !== undefined && looksFor.has(type) && !present.has(id) ? [{ type, id }] : [],
  );
}
