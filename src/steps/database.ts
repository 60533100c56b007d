import { z } from "zod";
import { engine, type Database, type DatabaseSettings } from "../ports/database.ts";
import { installDatabaseClient, moveDatabase } from "../remote/move-database.ts";
import { breakDatabase } from "./database/break.ts";
import { destroyDatabase } from "./database/destroy.ts";
import { ensureDatabase } from "./database/ensure.ts";
import { databaseIdFor, databaseName, groupName, passwordNameFor, userName } from "./database/names.ts";
import { observeDatabase } from "./database/observe.ts";
import { planDatabase } from "./database/plan.ts";
import { wantedSettings } from "./database/settings.ts";
import { verifyDatabase } from "./database/verify.ts";
import { ec2 } from "./ec2.ts";
import { modulesOn } from "./host-modules.ts";
import { bearsMark, hostScriptsPlan, runOnHosts } from "./host-scripts.ts";
import type { ScriptContext, Step, StepContext } from "./step.ts";

const outputSchema = z.object({
  id: z.string(),
  address: z.string(),
  port: z.number(),
  groupId: z.string(),
  engineVersion: z.string(),
  instanceClass: z.string(),
  multiAz: z.boolean(),
});

export type DatabaseOutput = z.infer<typeof outputSchema>;

/** RDS takes five to ten minutes; with a standby in another zone, twice as long. */
const availableTimeoutMs = 30 * 60_000;

export const database: Step<DatabaseOutput> = {
  name: "database",
  title: { en: "RDS for MySQL in the private subnets", ja: "RDS(MySQL)を追加" },
  requires: ["s3"],
  output: outputSchema,

  async scripts(ctx) {
    return scriptsFor(ctx, ctx.findOutput(database)?.address ?? "DATABASE-ENDPOINT");
  },

  isThere: async ({ stack, ports }) =>
    (await ports.network.findSecurityGroups(stack)).some(({ name }) => name === groupName),

  async requireNames(ctx) {
    const { databases } = ctx.ports;
    await databases.find(ctx.stack, databaseIdFor(ctx));
    await databases.findSubnetGroup(ctx.stack, databaseIdFor(ctx));
  },

  async adopt(ctx) {
    const { group, password, subnetGroup, database: found } = await observeDatabase(ctx);
    if (group) await ctx.record.found("ec2:security-group", groupName, group.id);
    if (password) await ctx.record.found("ssm:parameter", "database-password", password.name);
    if (subnetGroup) await ctx.record.found("rds:db-subnet-group", "database", subnetGroup.name);
    if (found) await ctx.record.found("rds:db-instance", "database", found.id);
    const isWhole = group && password && subnetGroup && found?.endpoint && (await bearsMark(ctx, "database"));
    return isWhole ? outputOf(found, group.id) : undefined;
  },

  async plan(ctx) {
    const observed = await observeDatabase(ctx);
    const address = observed.database?.endpoint?.address ?? "DATABASE-ENDPOINT";
    return [...planDatabase(ctx, observed), ...(await hostScriptsPlan(ctx, "database", scriptsFor(ctx, address)))];
  },

  ahead: {
    after: "ec2",
    begin: async (ctx) => ensureDatabase(ctx, await observeDatabase(ctx)),
  },

  async apply(ctx) {
    const { hosts } = ctx.output(ec2);
    const id = databaseIdFor(ctx);
    const before = await observeDatabase(ctx);
    // As it was before it was stopped, or while RDS is at work on it.
    if (before.database && before.database.status !== "available") await waitUntilThere(ctx, before.database);
    const observed = before.database?.status === "available" ? before : await observeDatabase(ctx);
    await ensureDatabase(ctx, observed);
    const found = await waitUntilThere(ctx, { id, ...wantedSettings(ctx, observed.database) });
    await runOnHosts(ctx, "database", hosts, scriptsFor(ctx, found.endpoint?.address ?? ""));
    const groups = await ctx.ports.network.findSecurityGroups(ctx.stack);
    return outputOf(found, groups.find(({ name }) => name === groupName)?.id ?? "");
  },

  verify: verifyDatabase,
  breakAndRestore: breakDatabase,
  modules: (ctx) => modulesOn(ctx, ctx.output(ec2).hosts),
  destroy: destroyDatabase,
};

function waitUntilThere(ctx: StepContext, { id, ...wanted }: DatabaseSettings & Pick<Database, "id">) {
  ctx.progress({ en: `waiting for the database ${id}`, ja: `データベース ${id} の起動を待っています` });
  return ctx.ports.databases.waitUntilAvailable(ctx.stack, id, wanted, availableTimeoutMs);
}

function scriptsFor(ctx: Pick<ScriptContext, "stack" | "region">, address: string) {
  const { region } = ctx;
  const where = { address, port: engine.port, userName, databaseName, passwordName: passwordNameFor(ctx), region };
  return [installDatabaseClient(), moveDatabase(where)];
}

function outputOf(found: Database, groupId: string): DatabaseOutput {
  const { id, endpoint, engineVersion, instanceClass, multiAz } = found;
  return {
    id,
    address: endpoint?.address ?? "",
    port: endpoint?.port ?? engine.port,
    groupId,
    engineVersion,
    instanceClass,
    multiAz,
  };
}
