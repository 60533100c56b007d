import type { DBInstance } from "@aws-sdk/client-rds";
import type { Database } from "../../ports/database.ts";
import type { Clients } from "../clients.ts";
import { tagsAsRecord } from "../filters.ts";
import { nameTaken } from "../name-taken.ts";
import { stackTag } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";

/** RDS spells its errors in two ways: as they are on the wire, and as the SDK names them. */
export const absentDatabase = ["DBInstanceNotFound", "DBInstanceNotFoundFault"] as const;

export async function findDatabase(
  clients: Pick<Clients, "rds">,
  stack: string,
  id: string,
): Promise<Database | undefined> {
  const { DescribeDBInstancesCommand } = await import("@aws-sdk/client-rds");
  try {
    const client = await clients.rds();
    const { DBInstances } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
    const [found] = DBInstances ?? [];
    if (!found) return undefined;
    const owner = tagsAsRecord({ Tags: found.TagList })[stackTag];
    if (owner !== stack) throw nameTaken({ en: "database", ja: "データベース" }, id, found.DBInstanceArn ?? id, owner);
    return toDatabase(found);
  } catch (error) {
    if (isAwsError(error, ...absentDatabase)) return undefined;
    throw error;
  }
}

export function toDatabase(found: DBInstance): Database {
  const { Address, Port } = found.Endpoint ?? {};
  return {
    id: found.DBInstanceIdentifier ?? "",
    status: found.DBInstanceStatus ?? "creating",
    engine: found.Engine ?? "",
    engineVersion: found.EngineVersion ?? "",
    instanceClass: found.DBInstanceClass ?? "",
    encrypted: found.StorageEncrypted === true,
    publiclyAccessible: found.PubliclyAccessible === true,
    multiAz: found.MultiAZ === true,
    availabilityZone: found.AvailabilityZone,
    secondaryZone: found.SecondaryAvailabilityZone,
    groupIds: (found.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []),
    subnetIds: (found.DBSubnetGroup?.Subnets ?? []).flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []),
    endpoint: Address !== undefined && Port !== undefined ? { address: Address, port: Port } : undefined,
    backupRetentionDays: found.BackupRetentionPeriod ?? 0,
    deletionProtected: found.DeletionProtection === true,
    createdAt: found.InstanceCreateTime,
  };
}
