/** What the sandbox's RDS needs of the machine. Ids are `DbiResourceId`s; storage lives apart from the server that uses it. */
export interface DatabaseRuntime {
  /** Storage for a new database: empty, or a copy of a snapshot's. No error when it is there already. */
  createStorage(id: string, snapshotId?: string): Promise<void>;
  /**
   * Starts a server on the storage, in place of one that is there. On empty storage it begins with `first`. Returns once
   * it answers. The packet filter stands before its port is open. Throws StorageGoneError.
   */
  launch(database: DatabaseSpec): Promise<void>;
  /** Ends the server; "lost" as when its machine fails. The storage stays. No error when there is none. */
  end(id: string, how: "clean" | "lost"): Promise<void>;
  /** Ends the server and removes the storage. No error when they are gone already. */
  remove(id: string): Promise<void>;
  /** What is really there now of servers. */
  states(): Promise<Map<string, "running" | "stopped">>;
  setPassword(id: string, user: DatabaseUser): Promise<void>;
  /** Copies the storage as it is at one moment, once for each snapshot id; the server is paused meanwhile. */
  saveSnapshot(id: string, snapshotId: string): Promise<void>;
  removeSnapshot(snapshotId: string): Promise<void>;
}

/** A database's storage was removed by hand: there is nothing to start a server on. */
export class StorageGoneError extends Error {
  override readonly name = "StorageGoneError";
}

export interface DatabaseUser {
  readonly name: string;
  /** As MySQL's own `mysql_native_password` keeps it; the password itself is kept nowhere. */
  readonly passwordHash: string;
}

export interface DatabaseSpec {
  readonly id: string;
  readonly vpcId: string;
  readonly privateIp: string;
  /** The endpoint's name, by which hosts of the VPC find it. */
  readonly name: string;
  readonly port: number;
  readonly maxConnections: number;
  /** The server's certificate for that name, its key, and the authority's certificate; all PEM. */
  readonly tls: { readonly certificate: string; readonly privateKey: string; readonly authority: string };
  readonly first: { readonly user: DatabaseUser; readonly databaseName?: string | undefined };
}
