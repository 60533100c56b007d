import {
  StorageGoneError,
  type DatabaseRuntime,
  type DatabaseSpec,
  type DatabaseUser,
} from "../../src/sandbox/database-runtime.ts";

type Call = `databases.${keyof DatabaseRuntime}`;

/** Databases in memory: remembers what it was told. */
export class FakeDatabases implements DatabaseRuntime {
  /** By database, and by snapshot: what was stored in them (the snapshot or database that they are copies of). */
  readonly storages = new Map<string, { from: string | undefined }>();
  readonly snapshots = new Map<string, { from: string }>();
  readonly servers = new Map<string, DatabaseSpec & { state: "running" | "stopped" }>();
  /** How each server ended last. */
  readonly ends = new Map<string, "clean" | "lost">();
  readonly passwords = new Map<string, DatabaseUser>();

  /** Servers start once it is resolved. */
  launchesFrom: Promise<void> | undefined;

  constructor(private readonly note: (call: Call, id: string) => void) {}

  async createStorage(id: string, snapshotId?: string): Promise<void> {
    this.note("databases.createStorage", id);
    if (snapshotId !== undefined && !this.snapshots.has(snapshotId)) throw new Error(`no snapshot ${snapshotId}`);
    if (!this.storages.has(id)) this.storages.set(id, { from: snapshotId });
  }

  async launch(database: DatabaseSpec): Promise<void> {
    this.note("databases.launch", database.id);
    await this.launchesFrom;
    if (!this.storages.has(database.id)) throw new StorageGoneError(`no storage of ${database.id}`);
    this.servers.set(database.id, { ...database, state: "running" });
  }

  async end(id: string, how: "clean" | "lost"): Promise<void> {
    this.note("databases.end", id);
    this.ends.set(id, how);
    this.servers.delete(id);
  }

  async remove(id: string): Promise<void> {
    this.note("databases.remove", id);
    this.servers.delete(id);
    this.storages.delete(id);
  }

  async states(): Promise<Map<string, "running" | "stopped">> {
    return new Map([...this.servers].map(([id, { state }]) => [id, state]));
  }

  async setPassword(id: string, user: DatabaseUser): Promise<void> {
    this.note("databases.setPassword", id);
    if (this.servers.get(id)?.state !== "running") throw new Error(`${id} is not running`);
    this.passwords.set(id, user);
  }

  async saveSnapshot(id: string, snapshotId: string): Promise<void> {
    this.note("databases.saveSnapshot", id);
    if (!this.storages.has(id)) throw new Error(`no storage of ${id}`);
    this.snapshots.set(snapshotId, { from: id });
  }

  async removeSnapshot(snapshotId: string): Promise<void> {
    this.note("databases.removeSnapshot", snapshotId);
    this.snapshots.delete(snapshotId);
  }
}
