import type { DeleteResult, ResourceIdentity } from "./identity.ts";

/** A database server that AWS runs (an "RDS DB instance"). */
export interface Database {
  readonly id: string;
  /** RDS's own word: creating, backing-up, available, modifying, stopping, stopped, starting, deleting, … */
  readonly status: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly encrypted: boolean;
  readonly publiclyAccessible: boolean;
  readonly multiAz: boolean;
  readonly availabilityZone: string | undefined;
  /** Where the standby is; undefined without one. */
  readonly secondaryZone: string | undefined;
  readonly groupIds: readonly string[];
  readonly subnetIds: readonly string[];
  /** Absent while it is created. */
  readonly endpoint: { readonly address: string; readonly port: number } | undefined;
  readonly backupRetentionDays: number;
  readonly deletionProtected: boolean;
  readonly createdAt: Date | undefined;
}

/** The subnets in which AWS may place a database: at least two, in different zones. */
export interface SubnetGroup {
  readonly name: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

export interface DatabaseRequest {
  readonly subnetGroupName: string;
  readonly groupIds: readonly string[];
  readonly instanceClass: string;
  readonly multiAz: boolean;
  readonly databaseName: string;
  readonly userName: string;
  readonly password: string;
}

/** What of a database can be changed while it stands. */
export type DatabaseSettings = Pick<DatabaseRequest, "instanceClass" | "multiAz">;

/** Amazon RDS. Names are unique per account and region; ours start with the stack's name. */
export interface Databases {
  /** Undefined when there is none; throws NAME_TAKEN when it does not carry the stack's tag. */
  find(stack: string, id: string): Promise<Database | undefined>;
  findSubnetGroup(stack: string, name: string): Promise<SubnetGroup | undefined>;
  createSubnetGroup(
    identity: ResourceIdentity,
    name: string,
    subnetIds: readonly string[],
    description: string,
  ): Promise<SubnetGroup>;
  deleteSubnetGroup(name: string): Promise<DeleteResult>;
  /** MySQL, encrypted, not public, a week of backups. Returns at once; it takes minutes until it is available. */
  create(identity: ResourceIdentity, id: string, request: DatabaseRequest): Promise<Database>;
  /** Without waiting for the maintenance window. Another class takes it away for some minutes. */
  modify(id: string, settings: Partial<DatabaseSettings>): Promise<void>;
  start(id: string): Promise<void>;
  /** RDS begins to stop it; what is on its way to it breaks off. */
  stop(id: string): Promise<void>;
  /** Its standby takes over, under the same name. Throws where it has none. */
  failOver(id: string): Promise<void>;
  /** Starts it when it is stopped. With what was asked for: a change begins only some time after the call. */
  waitUntilAvailable(stack: string, id: string, wanted: DatabaseSettings, timeoutMs: number): Promise<Database>;
  /** With a last snapshot of this name, or without one. Its automatic backups go with it. */
  delete(id: string, finalSnapshot: string | undefined): Promise<DeleteResult>;
  waitUntilDeleted(stack: string, id: string, timeoutMs: number): Promise<void>;
  /** Whether the region offers MySQL on this class; with the zones that do. */
  zonesOffering(instanceClass: string): Promise<string[]>;
}

/** What the lecture's picture asks for, in the version that AWS supports longest. */
export const engine = { name: "mysql", version: "8.4", port: 3306 } as const;
