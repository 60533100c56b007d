import { randomInt } from "node:crypto";
import { engine, type Database } from "../../ports/database.ts";
import type { IngressRule } from "../../ports/network.ts";
import type { ResourceIdentity } from "../../ports/identity.ts";
import { ec2 } from "../ec2.ts";
import { compareRules, tcp } from "../ec2/plan.ts";
import type { ResourceType, StepContext } from "../step.ts";
import { databaseIdFor, databaseName, groupName, passwordNameFor, userName } from "./names.ts";
import type { ObservedDatabase } from "./observe.ts";
import { hostParametersPolicy, parametersPolicyName } from "./policies.ts";
import { differences, wantedSettings } from "./settings.ts";
import { databaseSubnetIds } from "./subnets.ts";

/** The one rule of the database's group. */
export const fromHosts = (hostGroupId: string) =>
  ({
    ...tcp(engine.port),
    source: { groupId: hostGroupId },
  }) satisfies IngressRule;

/** Creates what is missing, sets right what differs, and waits for nothing. The group comes first: it stands for all. */
export async function ensureDatabase(ctx: StepContext, observed: ObservedDatabase): Promise<void> {
  const groupId = await ensureGroup(ctx, observed);
  if (!observed.mayRead) {
    const { roleName } = ctx.output(ec2);
    await ctx.ports.identity.putInlinePolicy(roleName, parametersPolicyName, hostParametersPolicy(ctx));
  }
  const password = await ensurePassword(ctx, observed);
  const subnetGroupName = await ensureSubnetGroup(ctx, observed);
  await ensureInstance(ctx, observed, { groupId, password, subnetGroupName });
}

async function ensureGroup(ctx: StepContext, { group: known }: ObservedDatabase): Promise<string> {
  const { network } = ctx.ports;
  const { vpcId, hostGroupId } = ctx.output(ec2);
  const group = await ensure(ctx, {
    type: "ec2:security-group",
    name: groupName,
    known,
    idOf: ({ id }) => id,
    create: (identity) => network.createSecurityGroup(identity, vpcId, "MySQL from the hosts only"),
  });
  const { missing, excess } = compareRules(group.ingress, [fromHosts(hostGroupId)]);
  for (const rule of missing) await network.authorizeIngress(group.id, rule);
  for (const rule of excess) await network.revokeIngress(group.id, rule);
  return group.id;
}

/** Returns the name of the parameter: the password itself is read where it is needed. */
async function ensurePassword(ctx: StepContext, { password: known }: ObservedDatabase): Promise<string> {
  const { parameters } = ctx.ports;
  const id = passwordNameFor(ctx);
  await ensure<unknown>(ctx, {
    type: "ssm:parameter",
    name: "database-password",
    known,
    idOf: () => id,
    create: (identity) => parameters.putSecret(identity, id, newPassword()),
  });
  return id;
}

async function ensureSubnetGroup(ctx: StepContext, { subnetGroup: known }: ObservedDatabase): Promise<string> {
  const { databases } = ctx.ports;
  const id = databaseIdFor(ctx);
  await ensure(ctx, {
    type: "rds:db-subnet-group",
    name: "database",
    known,
    idOf: () => id,
    create: async (identity) =>
      databases.createSubnetGroup(identity, id, await databaseSubnetIds(ctx), `lecture05: database of ${ctx.stack}`),
  });
  return id;
}

interface Parts {
  readonly groupId: string;
  readonly password: string;
  readonly subnetGroupName: string;
}

async function ensureInstance(ctx: StepContext, { database: known }: ObservedDatabase, parts: Parts): Promise<void> {
  const { databases, parameters } = ctx.ports;
  const id = databaseIdFor(ctx);
  const stands = await ensure<Database>(ctx, {
    type: "rds:db-instance",
    name: "database",
    known,
    idOf: () => id,
    create: async (identity) =>
      databases.create(identity, id, {
        subnetGroupName: parts.subnetGroupName,
        groupIds: [parts.groupId],
        ...wantedSettings(ctx),
        databaseName,
        userName,
        password: (await parameters.read(parts.password)) ?? "",
      }),
  });
  const changes = differences(wantedSettings(ctx, stands), stands);
  // One that is stopped takes no changes.
  if (Object.keys(changes).length > 0 && stands.status === "available") await databases.modify(id, changes);
}

interface Wanted<T> {
  readonly type: ResourceType;
  readonly name: string;
  readonly known: T | undefined;
  readonly idOf: (it: T) => string;
  readonly create: (identity: ResourceIdentity) => Promise<T>;
}

/** Creates through the recorder what observing did not find; notes what it did find. */
async function ensure<T>(ctx: StepContext, { type, name, known, idOf, create }: Wanted<T>): Promise<T> {
  if (known !== undefined) {
    await ctx.record.found(type, name, idOf(known));
    return known;
  }
  ctx.progress({ en: `creating ${type} ${name}`, ja: `${type} ${name} を作成しています` });
  const identity: ResourceIdentity = { stack: ctx.stack, step: "database", name, expiresAt: ctx.settings.expiresAt };
  return ctx.record.create({ type, name }, () => create(identity), idOf);
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** 190 bits, of letters and digits: RDS takes at most 41 characters, and no shell or address has to quote them. */
function newPassword(): string {
  return Array.from({ length: 32 }, () => alphabet[randomInt(alphabet.length)]).join("");
}
