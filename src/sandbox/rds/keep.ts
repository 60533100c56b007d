import { StorageGoneError } from "../database-runtime.ts";
import { detachInterface } from "../ec2/interfaces.ts";
import type { World } from "../world.ts";
import { findByResourceId } from "./find.ts";
import { stages } from "./life.ts";
import type { DatabaseRecord } from "./records.ts";
import { removeSnapshots } from "./snapshots.ts";

const retryMs = 5_000;
const maximumAgeMs = 1_000;
/** What failed and is to be tried again. */
const waiting = new WeakMap<World, Set<string>>();
const comparedAt = new WeakMap<World, number>();

/** Takes a database in hand until it is at rest: one thing at a time for each. Never rejects. */
export function settle(world: World, resourceId: string): Promise<void> {
  return world.rds.transitions.enqueue(resourceId, () =>
    bringToRest(world, resourceId).catch((error: unknown) => fail(world, resourceId, error)),
  );
}

async function bringToRest(world: World, resourceId: string): Promise<void> {
  for (;;) {
    const database = findByResourceId(world, resourceId);
    const status = database?.status;
    const stage = status && stages[status];
    if (!database || !stage) return;
    const next = await stage(world, database);
    if (next === "gone") return;
    await world.rds.note(() => {
      // It may be that it is to be deleted by now.
      if (database.status === status) database.status = next;
    });
  }
}

/** What cannot be made, and what is lost for good, is "failed", as on AWS; all else stays as it is, and is tried again. */
async function fail(world: World, resourceId: string, error: unknown): Promise<void> {
  const database = findByResourceId(world, resourceId);
  world.log({ level: "error", event: "database", database: database?.id, error: String(error) });
  const status = database?.status;
  if (database && (status === "creating" || error instanceof StorageGoneError)) {
    await world.rds.note(() => {
      if (database.status === status) Object.assign(database, { status: "failed", reason: String(error) });
    });
    return;
  }
  const ids = waiting.get(world) ?? new Set<string>();
  waiting.set(world, ids.add(resourceId));
  setTimeout(() => {
    ids.delete(resourceId);
    void settle(world, resourceId);
  }, retryMs).unref();
}

/** After the daemon's start: what was under way goes on, and every database has its server. Never rejects. */
export async function reconcileRds(world: World): Promise<void> {
  await removeStrayInterfaces(world);
  const leaving = Object.values(world.rds.data.snapshots).filter(({ status }) => status === "deleting");
  await removeSnapshots(world, leaving).catch((error: unknown) => {
    world.log({ level: "error", event: "snapshot-not-removed", error: String(error) });
  });
  await syncWithServers(world, { force: true, isStart: true });
}

/** Interfaces of databases that are not on record: a kill came between them and their database. */
async function removeStrayInterfaces(world: World): Promise<void> {
  for (const { id, member } of Object.values(world.ec2.data.networkInterfaces)) {
    if (member.kind !== "database" || findByResourceId(world, member.id)) continue;
    await detachInterface(world, id).catch(() => {});
  }
}

/**
 * Sees to databases whose server has ended by itself or was removed by hand. RDS brings them back: in the other zone where
 * there is a standby, else where they were. At the daemon's start everything may have been down, and no zone has failed.
 * Cheap enough for each Describe.
 */
export async function syncWithServers(world: World, { force = false, isStart = false } = {}): Promise<void> {
  const { rds, runtime, log } = world;
  const isIdle = ({ resourceId }: DatabaseRecord): boolean =>
    !rds.transitions.isBusy(resourceId) && !waiting.get(world)?.has(resourceId);
  const idle = Object.values(rds.data.databases).filter(isIdle);
  if (idle.length === 0) return;
  if (!force && Date.now() - (comparedAt.get(world) ?? 0) < maximumAgeMs) return;
  comparedAt.set(world, Date.now());
  for (const { status, resourceId } of idle) if (stages[status]) void settle(world, resourceId);
  let states: Map<string, "running" | "stopped">;
  try {
    states = await runtime.databases.states();
  } catch (error) {
    // Better the last known states than none.
    log({ level: "warn", event: "databases-unknown", error: String(error) });
    return;
  }
  for (const database of idle) {
    const { id, resourceId, status, multiAz } = database;
    if (status !== "available" || !isIdle(database) || states.get(resourceId) === "running") continue;
    log({ level: "warn", event: "database-lost", database: id });
    await rds.note(() => {
      if (database.status === "available")
        Object.assign(database, { status: "rebooting", failover: (multiAz && !isStart) || undefined });
    });
    void settle(world, resourceId);
  }
}
