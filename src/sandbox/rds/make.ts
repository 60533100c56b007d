import { randomBytes } from "node:crypto";
import type { DBInstance, Tag } from "@aws-sdk/client-rds";
import { AwsError, type ActionContext } from "../wire/action.ts";
import { certificateFor } from "./certificates.ts";
import { checkIdentifier } from "./checks.ts";
import { invalidCombination } from "./errors.ts";
import { addFeet, checkGroups, chooseSubnets, removeFeet } from "./feet.ts";
import { getSubnetGroup } from "./find.ts";
import { settle } from "./keep.ts";
import type { DatabaseRecord } from "./records.ts";
import { databaseShape } from "./shapes.ts";
import { checkTags, putTags } from "./tags.ts";

/** What making a database anew and making one from a snapshot are asked for alike. */
interface Placement {
  readonly DBInstanceIdentifier?: string | undefined;
  readonly DBSubnetGroupName?: string | undefined;
  readonly VpcSecurityGroupIds?: readonly string[] | undefined;
  readonly AvailabilityZone?: string | undefined;
  readonly MultiAZ?: boolean | undefined;
  readonly PubliclyAccessible?: boolean | undefined;
  readonly PreferredBackupWindow?: string | undefined;
  readonly PreferredMaintenanceWindow?: string | undefined;
  readonly AutoMinorVersionUpgrade?: boolean | undefined;
  readonly CopyTagsToSnapshot?: boolean | undefined;
  readonly DeletionProtection?: boolean | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

type Contents = Pick<
  DatabaseRecord,
  | "engine"
  | "engineVersion"
  | "class"
  | "storageType"
  | "storageGib"
  | "encrypted"
  | "kmsKeyId"
  | "masterUsername"
  | "passwordHash"
  | "databaseName"
  | "port"
  | "backupRetentionDays"
  | "origin"
>;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Puts a new database on record and has it taken in hand. */
export async function keepDatabase(
  { world, region }: ActionContext,
  input: Placement,
  contents: Contents,
): Promise<DBInstance> {
  const { rds, ec2 } = world;
  const id = checkIdentifier("DBInstanceIdentifier", input.DBInstanceIdentifier);
  checkTags(input.Tags);
  const multiAz = input.MultiAZ ?? false;
  if (multiAz && input.AvailabilityZone !== undefined) {
    throw invalidCombination("Requesting a specific availability zone is not valid for Multi-AZ instances.");
  }
  return rds.names.run(id, async () => {
    if (Object.hasOwn(rds.data.databases, id))
      throw new AwsError("DBInstanceAlreadyExists", "DB instance already exists");
    if (!input.DBSubnetGroupName) {
      // Without a subnet group RDS takes the default VPC's, and there is none.
      throw new AwsError(
        "InvalidSubnet",
        "No default subnet detected in VPC. Please contact AWS Support to recreate the default Subnets.",
      );
    }
    const group = getSubnetGroup(world, input.DBSubnetGroupName);
    const { vpcId } = group;
    const groupIds = checkGroups(world, vpcId, input.VpcSecurityGroupIds);
    const endpointName = `${id}.c${randomBytes(6).toString("hex").slice(0, 11)}.${region}.rds.amazonaws.com`;
    const tls = await certificateFor(world, endpointName);
    const subnets = chooseSubnets(world, group, { zone: input.AvailabilityZone, count: multiAz ? 2 : 1 });
    const resourceId = `db-${[...randomBytes(26)].map((byte) => alphabet[byte % 32]).join("")}`;
    const feet = addFeet(world, { resourceId, vpcId, groupIds }, subnets);
    // Interfaces first: those whose database was never written are removed, at once or at the next start.
    await ec2.save();
    const record: DatabaseRecord = {
      ...contents,
      ...speedOf(contents.storageType),
      kmsKeyId: contents.encrypted
        ? (contents.kmsKeyId ?? `arn:aws:kms:${region}:${world.account}:alias/aws/rds`)
        : undefined,
      arn: `arn:aws:rds:${region}:${world.account}:db:${id}`,
      resourceId,
      id,
      region,
      subnetGroupName: group.name,
      vpcId,
      feet,
      multiAz,
      endpointName,
      tls,
      backupWindow: input.PreferredBackupWindow ?? "17:00-17:30",
      maintenanceWindow: input.PreferredMaintenanceWindow ?? "sun:18:00-sun:18:30",
      copyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
      deletionProtection: input.DeletionProtection ?? false,
      autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
      // As RDS decides it when it is not told: by whether there is a way to the internet.
      publiclyAccessible:
        input.PubliclyAccessible ?? Object.values(ec2.data.internetGateways).some((gateway) => gateway.vpcId === vpcId),
      requestedAt: world.now().toISOString(),
      status: "creating",
    };
    rds.data.databases[id] = record;
    putTags(rds.data, record.arn, input.Tags);
    try {
      await rds.save();
    } catch (error) {
      await removeFeet(world, feet);
      throw error;
    }
    void settle(world, resourceId);
    return databaseShape(world, record);
  });
}

/** gp3's baseline below 400 GiB. */
function speedOf(storageType: string): Pick<DatabaseRecord, "iops" | "throughput"> {
  return storageType === "gp3" ? { iops: 3000, throughput: 125 } : {};
}
