import type { DestroyOptions, DestroyOutcome, StepContext } from "../step.ts";
import { tearDown, type Removal } from "../tear-down.ts";
import { databaseIdFor, groupName } from "./names.ts";

/** With a last snapshot a deletion takes ten minutes and more. */
const goingStatus = "deleting";
const deletionTimeoutMs = 30 * 60_000;

/** Database, subnet group, secrets, group: from what hangs on others to what others hang on. */
export async function destroyDatabase(ctx: StepContext, options: DestroyOptions): Promise<DestroyOutcome> {
  const { databases, network, parameters } = ctx.ports;
  const failures: unknown[] = [];
  /** What cannot be looked at must not keep the rest alive: it counts as none, and the failure is told. */
  const look = async <T>(finding: Promise<T>, none: T): Promise<T> =>
    finding.catch((error: unknown) => {
      if (ctx.signal.aborted) throw error;
      failures.push(error);
      return none;
    });
  const [database, subnetGroup, secrets, groups] = await Promise.all([
    look(databases.find(ctx.stack, databaseIdFor(ctx)), undefined),
    look(databases.findSubnetGroup(ctx.stack, databaseIdFor(ctx)), undefined),
    look(parameters.find(ctx.stack), []),
    look(network.findSecurityGroups(ctx.stack), []),
  ]);
  const removals: Removal[] = [];
  if (database) {
    const { id } = database;
    removals.push({
      type: "rds:db-instance",
      id,
      remove: async () => {
        // A run before this one has told it to go.
        const isGoing = database.status === goingStatus;
        if (!isGoing) {
          const result = await databases.delete(id, options.finalSnapshot);
          if (result !== "deleted") return result;
          if (options.finalSnapshot !== undefined) tellSnapshot(ctx, options.finalSnapshot);
        }
        await databases.waitUntilDeleted(ctx.stack, id, deletionTimeoutMs);
        return "deleted";
      },
      // RDS refuses while it works on something else; that passes by itself.
      blockers: async () => [{ type: "rds:db-instance", id, description: database.status }],
      passes: () => true,
    });
  }
  if (subnetGroup) {
    const { name: id } = subnetGroup;
    removals.push({ type: "rds:db-subnet-group", id, remove: () => databases.deleteSubnetGroup(id) });
  }
  for (const { name: id } of secrets) {
    removals.push({ type: "ssm:parameter", id, remove: () => parameters.delete(id) });
  }
  for (const { id } of groups.filter(({ name }) => name === groupName)) {
    removals.push({
      type: "ec2:security-group",
      id,
      remove: () => network.deleteSecurityGroup(id),
      blockers: () => network.findBlockers({ groupId: id }),
      // RDS takes its network interface away a while after the database.
      passes: ({ description }) => description === "RDSNetworkInterface",
    });
  }
  const outcome = await tearDown(ctx, removals);
  return { ...outcome, failures: [...failures, ...(outcome.failures ?? [])] };
}

function tellSnapshot(ctx: StepContext, name: string): void {
  ctx.progress({
    en: `making the last snapshot ${name}; it stays, and costs money, until you delete it`,
    ja: `最終スナップショット ${name} を作成しています。自分で削除するまで残り、料金がかかります`,
  });
}
