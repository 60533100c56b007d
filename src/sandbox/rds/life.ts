import { forgetFirewall, refreshFirewalls } from "../ec2/firewalls.ts";
import type { World } from "../world.ts";
import { maxConnectionsOf } from "./catalogue.ts";
import { addFeet, chooseSubnets, groupsOf, removeFeet } from "./feet.ts";
import type { DatabaseRecord, DatabaseStatus } from "./records.ts";
import { automatedSnapshotId, automatedSnapshotsOf, newSnapshot, removeSnapshots, takeSnapshots } from "./snapshots.ts";

/** What is done in a status, and which one comes then. */
type Stage = (world: World, database: DatabaseRecord) => Promise<DatabaseStatus | "gone">;

/** Of the statuses that pass by themselves. Each stage can be done again from its beginning, so a killed daemon goes on. */
export const stages: Partial<Record<DatabaseStatus, Stage>> = {
  creating: create,
  "backing-up": backUp,
  modifying: modify,
  "resetting-master-credentials": modify,
  rebooting: reboot,
  starting: async (world, database) => {
    await launch(world, database);
    return "available";
  },
  stopping: async (world, database) => {
    await world.runtime.databases.end(database.resourceId, "clean");
    await takeSnapshots(world, database);
    return "stopped";
  },
  deleting: remove,
};

async function create(world: World, database: DatabaseRecord): Promise<DatabaseStatus> {
  const { rds, runtime } = world;
  const { resourceId, origin } = database;
  await runtime.databases.createStorage(resourceId, origin);
  // It may be that it is to be deleted by now.
  if (database.status !== "creating") return "available";
  await launch(world, database);
  const at = world.now();
  await rds.note(() => (database.createdAt ??= at.toISOString()));
  if (database.backupRetentionDays === 0) return "available";
  const id = automatedSnapshotId(database.id, at);
  const snapshot = newSnapshot(world, database, { id, type: "automated" });
  await rds.note(() => {
    if (automatedSnapshotsOf(world, resourceId).length === 0) rds.data.snapshots[id] = snapshot;
  });
  return "backing-up";
}

async function backUp(world: World, database: DatabaseRecord): Promise<DatabaseStatus> {
  await takeSnapshots(world, database);
  return "available";
}

async function reboot(world: World, database: DatabaseRecord): Promise<DatabaseStatus> {
  const { rds, runtime } = world;
  // With a failover the primary is given up as it is: the standby recovers from what was written.
  const isGivenUp = database.failover === true || !(await isRunning(world, database));
  await runtime.databases.end(database.resourceId, isGivenUp ? "lost" : "clean");
  if (database.failover) {
    await rds.note(() => {
      if (database.failover) database.feet = database.feet.toReversed();
      database.failover = undefined;
    });
  }
  await launch(world, database);
  return "available";
}

async function modify(world: World, database: DatabaseRecord): Promise<DatabaseStatus> {
  const { rds, runtime } = world;
  const { passwordHash, multiAz, class: newClass, ...plain } = database.changes ?? {};
  const user = { name: database.masterUsername, passwordHash: passwordHash ?? "" };
  // Lost meanwhile, it would never take a password.
  if (!(await isRunning(world, database))) await launch(world, database);
  if (passwordHash !== undefined) await runtime.databases.setPassword(database.resourceId, user);
  if (multiAz !== undefined && multiAz !== database.multiAz)
    await (multiAz ? addStandby : dropStandby)(world, database);
  const isResized = newClass !== undefined && newClass !== database.class;
  await rds.note(() => {
    Object.assign(database, plain);
    if (newClass !== undefined) database.class = newClass;
    if (passwordHash !== undefined) database.passwordHash = passwordHash;
  });
  if (isResized) {
    await runtime.databases.end(database.resourceId, "clean");
    await launch(world, database);
  }
  await rds.note(() => (database.changes = undefined));
  return "available";
}

/** A standby's storage is the primary's in the sandbox; what it has of its own is an address in another zone. */
async function addStandby(world: World, database: DatabaseRecord): Promise<void> {
  const { ec2, rds } = world;
  const [primary] = database.feet;
  const group = rds.data.subnetGroups[database.subnetGroupName];
  if (!primary || !group) throw new Error(`the subnet group of ${database.id} is gone`);
  const [, other] = chooseSubnets(world, group, { zone: primary.zone, count: 2 });
  if (!other) throw new Error(`${database.id} has no second zone`);
  const groupIds = groupsOf(world, database.feet);
  // One that is left from an attempt before is taken.
  const left = Object.values(ec2.data.networkInterfaces).find(
    (it) => it.member.id === database.resourceId && it.id !== primary.interfaceId,
  );
  const foot = left
    ? { zone: left.availabilityZone, subnetId: left.subnetId, interfaceId: left.id, privateIp: left.privateIp }
    : addFeet(world, { ...database, groupIds }, [other])[0];
  if (!foot) return;
  await ec2.save();
  await rds.note(() => {
    database.multiAz = true;
    database.feet = [primary, foot];
  });
  await refreshFirewalls(world, { groupIds });
}

async function dropStandby(world: World, database: DatabaseRecord): Promise<void> {
  const [primary, ...others] = database.feet;
  await removeFeet(world, others);
  await world.rds.note(() => {
    database.multiAz = false;
    database.feet = primary ? [primary] : [];
  });
}

/** Final snapshots are taken of what was written last, so the server ends before them. */
async function remove(world: World, database: DatabaseRecord): Promise<"gone"> {
  const { rds, runtime } = world;
  const { resourceId, arn, id } = database;
  await runtime.databases.end(resourceId, "clean");
  await takeSnapshots(world, database);
  await runtime.databases.remove(resourceId);
  await removeSnapshots(world, automatedSnapshotsOf(world, resourceId));
  await removeFeet(world, database.feet);
  await rds.note(() => {
    if (rds.data.databases[id]?.resourceId === resourceId) delete rds.data.databases[id];
    delete rds.data.tags[arn];
  });
  return "gone";
}

async function isRunning({ runtime }: World, { resourceId }: DatabaseRecord): Promise<boolean> {
  return (await runtime.databases.states()).get(resourceId) === "running";
}

/** Starts the server at the primary's address, behind its packet filter. */
async function launch(world: World, database: DatabaseRecord): Promise<void> {
  const { resourceId, vpcId, feet } = database;
  const groupIds = groupsOf(world, feet);
  // Recorded first, the filter is there before the container opens its port.
  forgetFirewall(world, { kind: "database", id: resourceId });
  await refreshFirewalls(world, { groupIds });
  await world.runtime.databases.launch({
    id: resourceId,
    vpcId,
    privateIp: feet[0]?.privateIp ?? "",
    name: database.endpointName,
    port: database.port,
    maxConnections: maxConnectionsOf(database.class),
    tls: database.tls,
    first: {
      user: { name: database.masterUsername, passwordHash: database.passwordHash },
      databaseName: database.databaseName,
    },
  });
}
