/** As DescribeDBInstances spells them; only those that the sandbox's databases come into. */
export type DatabaseStatus =
  | "creating"
  | "backing-up"
  | "available"
  | "modifying"
  | "resetting-master-credentials"
  | "rebooting"
  | "starting"
  | "stopping"
  | "stopped"
  | "deleting"
  | "failed";

/** The database's foot in one zone. */
export interface FootRecord {
  readonly zone: string;
  readonly subnetId: string;
  readonly interfaceId: string;
  readonly privateIp: string;
}

/** What ModifyDBInstance changes on the server itself, and so not before the database is taken in hand. */
export interface ServerChanges {
  class?: string | undefined;
  storageGib?: number | undefined;
  multiAz?: boolean | undefined;
  passwordHash?: string | undefined;
  backupRetentionDays?: number | undefined;
  engineVersion?: string | undefined;
}

export interface DatabaseRecord {
  readonly arn: string;
  /** DbiResourceId: never given twice. */
  readonly resourceId: string;
  readonly id: string;
  readonly region: string;
  readonly engine: "mysql";
  engineVersion: string;
  class: string;
  storageGib: number;
  readonly storageType: string;
  readonly iops?: number | undefined;
  readonly throughput?: number | undefined;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string | undefined;
  readonly masterUsername: string;
  /** As the server keeps it. The password is kept nowhere. */
  passwordHash: string;
  readonly databaseName?: string | undefined;
  readonly port: number;
  readonly subnetGroupName: string;
  readonly vpcId: string;
  /** The first is the primary's, the second the standby's. */
  feet: FootRecord[];
  multiAz: boolean;
  readonly endpointName: string;
  readonly tls: { readonly certificate: string; readonly privateKey: string; readonly authority: string };
  backupRetentionDays: number;
  backupWindow: string;
  maintenanceWindow: string;
  copyTagsToSnapshot: boolean;
  deletionProtection: boolean;
  autoMinorVersionUpgrade: boolean;
  readonly publiclyAccessible: boolean;
  readonly requestedAt: string;
  /** Absent until it has been available. */
  createdAt?: string | undefined;
  status: DatabaseStatus;
  /** Why it is "failed". */
  reason?: string | undefined;
  /** The snapshot from which its storage is made. */
  readonly origin?: string | undefined;
  /** Being applied, while it is "modifying". */
  changes?: ServerChanges | undefined;
  /** To be applied in the maintenance window. */
  pending?: ServerChanges | undefined;
  /** The server is to come back in the other zone. */
  failover?: boolean | undefined;
}

export interface SubnetGroupRecord {
  readonly arn: string;
  readonly name: string;
  description: string;
  readonly vpcId: string;
  subnets: { readonly id: string; readonly zone: string }[];
}

export interface DatabaseSnapshotRecord {
  readonly arn: string;
  readonly id: string;
  /** Names its storage. */
  readonly storageId: string;
  readonly type: "manual" | "automated";
  readonly databaseId: string;
  readonly resourceId: string;
  status: "creating" | "available" | "failed" | "deleting";
  readonly requestedAt: string;
  takenAt?: string | undefined;
  /** The database as it was. */
  readonly database: Pick<
    DatabaseRecord,
    | "engine"
    | "engineVersion"
    | "class"
    | "storageGib"
    | "storageType"
    | "iops"
    | "throughput"
    | "encrypted"
    | "kmsKeyId"
    | "masterUsername"
    | "passwordHash"
    | "databaseName"
    | "port"
    | "vpcId"
    | "createdAt"
    | "backupRetentionDays"
  > & { readonly zone: string };
}

export interface RdsData {
  /** By identifier, in small letters. */
  databases: Record<string, DatabaseRecord>;
  subnetGroups: Record<string, SubnetGroupRecord>;
  snapshots: Record<string, DatabaseSnapshotRecord>;
  /** By ARN. */
  tags: Record<string, Record<string, string>>;
}
