import type { DBInstance, DBSnapshot, DBSubnetGroup, PendingModifiedValues } from "@aws-sdk/client-rds";
import type { World } from "../world.ts";
import { optionGroupOf, parameterGroupOf } from "./catalogue.ts";
import { groupsOf } from "./feet.ts";
import type { DatabaseRecord, DatabaseSnapshotRecord, ServerChanges, SubnetGroupRecord } from "./records.ts";
import { tagList } from "./tags.ts";

/** RDS's own zone in Tokyo; a fixed fact of AWS. */
const hostedZoneId = "Z24O6O9L7SGTNB";
const authority = "rds-ca-rsa2048-g1";

export function databaseShape(world: World, record: DatabaseRecord): DBInstance {
  const { rds } = world;
  const [primary, standby] = record.feet;
  const group = rds.data.subnetGroups[record.subnetGroupName];
  const isUp = record.createdAt !== undefined;
  return {
    DBInstanceIdentifier: record.id,
    DBInstanceClass: record.class,
    Engine: record.engine,
    DBInstanceStatus: record.status,
    MasterUsername: record.masterUsername,
    DBName: record.databaseName,
    Endpoint: isUp ? { Address: record.endpointName, Port: record.port, HostedZoneId: hostedZoneId } : undefined,
    AllocatedStorage: record.storageGib,
    InstanceCreateTime: isUp ? new Date(record.createdAt ?? "") : undefined,
    PreferredBackupWindow: record.backupWindow,
    BackupRetentionPeriod: record.backupRetentionDays,
    DBSecurityGroups: [],
    VpcSecurityGroups: groupsOf(world, record.feet).map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: "active",
    })),
    DBParameterGroups: [
      { DBParameterGroupName: parameterGroupOf(record.engineVersion), ParameterApplyStatus: "in-sync" },
    ],
    AvailabilityZone: isUp ? primary?.zone : undefined,
    DBSubnetGroup: group && { ...subnetGroupShape(group), DBSubnetGroupArn: undefined },
    PreferredMaintenanceWindow: record.maintenanceWindow,
    PendingModifiedValues: pendingShape(record),
    MultiAZ: record.multiAz,
    EngineVersion: record.engineVersion,
    AutoMinorVersionUpgrade: record.autoMinorVersionUpgrade,
    ReadReplicaDBInstanceIdentifiers: [],
    LicenseModel: "general-public-license",
    Iops: record.iops,
    StorageThroughput: record.throughput,
    OptionGroupMemberships: [{ OptionGroupName: optionGroupOf(record.engineVersion), Status: "in-sync" }],
    SecondaryAvailabilityZone: isUp ? standby?.zone : undefined,
    PubliclyAccessible: record.publiclyAccessible,
    StorageType: record.storageType,
    DbInstancePort: 0,
    StorageEncrypted: record.encrypted,
    KmsKeyId: record.kmsKeyId,
    DbiResourceId: record.resourceId,
    CACertificateIdentifier: authority,
    DomainMemberships: [],
    CopyTagsToSnapshot: record.copyTagsToSnapshot,
    MonitoringInterval: 0,
    DBInstanceArn: record.arn,
    IAMDatabaseAuthenticationEnabled: false,
    PerformanceInsightsEnabled: false,
    DeletionProtection: record.deletionProtection,
    AssociatedRoles: [],
    TagList: tagList(rds.data, record.arn),
    CustomerOwnedIpEnabled: false,
    NetworkType: "IPV4",
    ActivityStreamStatus: "stopped",
    BackupTarget: "region",
  };
}

function pendingShape({ changes, pending, status }: DatabaseRecord): PendingModifiedValues {
  const {
    class: wanted,
    storageGib,
    multiAz,
    passwordHash,
    backupRetentionDays,
    engineVersion,
  }: ServerChanges = {
    ...pending,
    ...(status === "deleting" ? {} : changes),
  };
  return {
    DBInstanceClass: wanted,
    AllocatedStorage: storageGib,
    MultiAZ: multiAz,
    MasterUserPassword: passwordHash === undefined ? undefined : "****",
    BackupRetentionPeriod: backupRetentionDays,
    EngineVersion: engineVersion,
  };
}

export function subnetGroupShape(record: SubnetGroupRecord): DBSubnetGroup {
  return {
    DBSubnetGroupName: record.name,
    DBSubnetGroupDescription: record.description,
    VpcId: record.vpcId,
    SubnetGroupStatus: "Complete",
    Subnets: record.subnets.map(({ id, zone }) => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: zone },
      SubnetOutpost: {},
      SubnetStatus: "Active",
    })),
    DBSubnetGroupArn: record.arn,
    SupportedNetworkTypes: ["IPV4"],
  };
}

export function snapshotShape({ rds }: World, record: DatabaseSnapshotRecord): DBSnapshot {
  const { database } = record;
  const taken = record.takenAt === undefined ? undefined : new Date(record.takenAt);
  return {
    DBSnapshotIdentifier: record.id,
    DBInstanceIdentifier: record.databaseId,
    SnapshotCreateTime: taken,
    Engine: database.engine,
    AllocatedStorage: database.storageGib,
    Status: record.status,
    Port: database.port,
    AvailabilityZone: database.zone,
    VpcId: database.vpcId,
    InstanceCreateTime: new Date(database.createdAt ?? record.requestedAt),
    MasterUsername: database.masterUsername,
    EngineVersion: database.engineVersion,
    LicenseModel: "general-public-license",
    SnapshotType: record.type,
    Iops: database.iops,
    StorageThroughput: database.throughput,
    OptionGroupName: optionGroupOf(database.engineVersion),
    PercentProgress: record.status === "available" ? 100 : 0,
    StorageType: database.storageType,
    Encrypted: database.encrypted,
    KmsKeyId: database.kmsKeyId,
    DBSnapshotArn: record.arn,
    IAMDatabaseAuthenticationEnabled: false,
    ProcessorFeatures: [],
    DbiResourceId: record.resourceId,
    TagList: tagList(rds.data, record.arn),
    SnapshotTarget: "region",
    OriginalSnapshotCreateTime: taken,
  };
}
