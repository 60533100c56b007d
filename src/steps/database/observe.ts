import type { Database, SubnetGroup } from "../../ports/database.ts";
import type { SecurityGroup } from "../../ports/network.ts";
import type { Parameter } from "../../ports/parameters.ts";
import { ec2 } from "../ec2.ts";
import { roleNameOf } from "../ec2/observe.ts";
import { samePolicy } from "../s3/policies.ts";
import type { StepContext } from "../step.ts";
import { together } from "../together.ts";
import { databaseIdFor, groupName, passwordNameFor } from "./names.ts";
import { hostParametersPolicy, parametersPolicyName } from "./policies.ts";

/** Everything of this step that exists on AWS, found by its tags and names. */
export interface ObservedDatabase {
  readonly group: SecurityGroup | undefined;
  readonly password: Parameter | undefined;
  readonly subnetGroup: SubnetGroup | undefined;
  readonly database: Database | undefined;
  /** The hosts' role may read the secrets, or is somebody else's and left as it is. */
  readonly mayRead: boolean;
}

/** Without the group there is nothing: it is made first and goes last. */
export async function observeDatabase(ctx: StepContext): Promise<ObservedDatabase> {
  const { databases, network, parameters } = ctx.ports;
  const group = (await network.findSecurityGroups(ctx.stack)).find(({ name }) => name === groupName);
  const [secrets, subnetGroup, database, mayRead] = await together([
    parameters.find(ctx.stack),
    databases.findSubnetGroup(ctx.stack, databaseIdFor(ctx)),
    databases.find(ctx.stack, databaseIdFor(ctx)),
    hostsMayRead(ctx),
  ]);
  return { group, password: secrets.find(({ name }) => name === passwordNameFor(ctx)), subnetGroup, database, mayRead };
}

async function hostsMayRead(ctx: StepContext): Promise<boolean> {
  if (ctx.findOutput(ec2)?.givenRoleArn !== undefined) return true;
  const present = await ctx.ports.identity.findInlinePolicy(roleNameOf(ctx.stack), parametersPolicyName);
  return samePolicy(present, hostParametersPolicy(ctx));
}
