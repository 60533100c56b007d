import { engine, type Database, type Databases } from "../ports/database.ts";
import { Lecture05Error } from "../errors.ts";
import type { Clients } from "./clients.ts";
import { absentDatabase, findDatabase, toDatabase } from "./databases/find.ts";
import { createSubnetGroups } from "./databases/subnet-groups.ts";
import { deletion, tolerate } from "./deletion.ts";
import { collectPages } from "./filters.ts";
import { tagList } from "./tags.ts";
import { isAwsError } from "./translate-error.ts";
import { waitUntil, type AdapterOptions } from "./wait.ts";

/** What it is in for a while and leaves by itself. Others ("incompatible-network", "storage-full", …) do not pass. */
const passing =
  /^(creating|backing-up|modifying|rebooting|renaming|starting|stopping|upgrading|maintenance|configuring-.*|converting-to-.*|resetting-.*|storage-(optimization|config-upgrade))$/;
const storageGib = 20;

/** The databases port over RDS. */
export function createDatabases(clients: Pick<Clients, "rds">, options: AdapterOptions): Databases {
  const start = async (id: string): Promise<void> => {
    const { StartDBInstanceCommand } = await import("@aws-sdk/client-rds");
    // Somebody else started it meanwhile.
    await tolerate(
      async () => (await clients.rds()).send(new StartDBInstanceCommand({ DBInstanceIdentifier: id })),
      "InvalidDBInstanceState",
      "InvalidDBInstanceStateFault",
    );
  };

  return {
    find: (stack, id) => findDatabase(clients, stack, id),
    ...createSubnetGroups(clients),

    async create(identity, id, request) {
      const { CreateDBInstanceCommand } = await import("@aws-sdk/client-rds");
      const command = new CreateDBInstanceCommand(databaseRequest(identity, id, request));
      try {
        const { DBInstance } = await (await clients.rds()).send(command);
        return toDatabase(DBInstance ?? { DBInstanceIdentifier: id });
      } catch (error) {
        if (!isAwsError(error, "DBInstanceAlreadyExists", "DBInstanceAlreadyExistsFault")) throw error;
        // A call before, whose answer was lost. Another's of this name is an error of its own.
        const existing = await findDatabase(clients, identity.stack, id);
        if (!existing) throw error;
        return existing;
      }
    },

    async modify(id, { multiAz, instanceClass }) {
      const { ModifyDBInstanceCommand } = await import("@aws-sdk/client-rds");
      const request = {
        DBInstanceIdentifier: id,
        ...(multiAz === undefined ? {} : { MultiAZ: multiAz }),
        ...(instanceClass === undefined ? {} : { DBInstanceClass: instanceClass }),
        ApplyImmediately: true,
      };
      await (await clients.rds()).send(new ModifyDBInstanceCommand(request));
    },

    start,

    async stop(id) {
      const { StopDBInstanceCommand } = await import("@aws-sdk/client-rds");
      await (await clients.rds()).send(new StopDBInstanceCommand({ DBInstanceIdentifier: id }));
    },

    async failOver(id) {
      const { RebootDBInstanceCommand } = await import("@aws-sdk/client-rds");
      const request = { DBInstanceIdentifier: id, ForceFailover: true };
      await (await clients.rds()).send(new RebootDBInstanceCommand(request));
    },

    async waitUntilAvailable(stack, id, wanted, timeoutMs) {
      let isStarted = false;
      const subject = { en: `for the database ${id}`, ja: `データベース ${id} の起動` };
      return waitUntil<Database>(options, subject, timeoutMs, async () => {
        const found = await findDatabase(clients, stack, id);
        // RDS lists what was just made with a delay.
        if (!found) return { seen: "absent" };
        const isAsWanted = found.multiAz === wanted.multiAz && found.instanceClass === wanted.instanceClass;
        if (found.status === "available" && found.endpoint && isAsWanted) return { done: found };
        if (found.status === "stopped" && !isStarted) {
          await start(id);
          isStarted = true;
        }
        if (!passing.test(found.status) && found.status !== "available" && found.status !== "stopped") {
          throw unusable(id, found.status);
        }
        return { seen: found.status };
      });
    },

    async delete(id, finalSnapshot) {
      const { DeleteDBInstanceCommand } = await import("@aws-sdk/client-rds");
      const command = new DeleteDBInstanceCommand({
        DBInstanceIdentifier: id,
        ...(finalSnapshot === undefined
          ? { SkipFinalSnapshot: true }
          : { SkipFinalSnapshot: false, FinalDBSnapshotIdentifier: finalSnapshot }),
        DeleteAutomatedBackups: true,
      });
      return deletion(async () => (await clients.rds()).send(command), ...absentDatabase);
    },

    async waitUntilDeleted(stack, id, timeoutMs) {
      const subject = { en: `until the database ${id} is gone`, ja: `データベース ${id} の削除` };
      await waitUntil(options, subject, timeoutMs, async () => {
        const found = await findDatabase(clients, stack, id);
        return found ? { seen: found.status } : { done: undefined };
      });
    },

    async zonesOffering(instanceClass) {
      const { paginateDescribeOrderableDBInstanceOptions } = await import("@aws-sdk/client-rds");
      const wanted = { Engine: engine.name, DBInstanceClass: instanceClass, Vpc: true };
      const pages = paginateDescribeOrderableDBInstanceOptions({ client: await clients.rds() }, wanted);
      const offered = await collectPages(pages, (page) => page.OrderableDBInstanceOptions);
      const ours = offered.filter(({ EngineVersion = "" }) => EngineVersion.startsWith(`${engine.version}.`));
      const zones = ours.flatMap((it) => it.AvailabilityZones ?? []).flatMap(({ Name }) => Name ?? []);
      return [...new Set(zones)].toSorted();
    },
  };
}

/** "failed", "incompatible-network", "storage-full" …: nothing that time would change. */
function unusable(id: string, status: string): Lecture05Error {
  return new Lecture05Error("DATABASE_UNUSABLE", {
    what: { en: `The database ${id} cannot be used`, ja: `データベース ${id} は使用できません` },
    why: { en: `RDS says: ${status}`, ja: `RDS の状態: ${status}` },
    next: [
      `aws rds describe-events --source-type db-instance --source-identifier ${id}`,
      { en: "Delete it, then: lecture05 up --to database", ja: "削除してから: lecture05 up --to database" },
    ],
  });
}

/** The request word for word, so that `explain` can read its settings. */
export function databaseRequest(...[identity, id, request]: Parameters<Databases["create"]>) {
  return {
    DBInstanceIdentifier: id,
    Engine: engine.name,
    // RDS takes the newest minor version of it.
    EngineVersion: engine.version,
    DBInstanceClass: request.instanceClass,
    AllocatedStorage: storageGib,
    StorageType: "gp3",
    StorageEncrypted: true,
    DBName: request.databaseName,
    MasterUsername: request.userName,
    MasterUserPassword: request.password,
    DBSubnetGroupName: request.subnetGroupName,
    VpcSecurityGroupIds: [...request.groupIds],
    PubliclyAccessible: false,
    MultiAZ: request.multiAz,
    BackupRetentionPeriod: 7,
    DeletionProtection: false,
    AutoMinorVersionUpgrade: true,
    // A snapshot that is kept on purpose must not look like something that was left.
    CopyTagsToSnapshot: false,
    Tags: tagList(identity),
  };
}
