import { DescribeInstancesCommand, DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import { GetRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetBucketPolicyCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { InstalledPackage } from "./installed-package.ts";
import { rolePolicy, toEc2, toIam, toS3 } from "./stack-aws.ts";
import { onHost, stackOf } from "./stack.ts";

// Logs, and the units and objects that ship them, go on by themselves.
const state = `
  for table in fruits active_storage_blobs active_storage_attachments active_storage_variant_records; do
    echo "$table $(sqlite3 -readonly /var/lib/lecture05/database/production.sqlite3 "SELECT count(*) FROM $table")"
  done
  find /etc /opt/lecture05 -xdev -type f -exec sha256sum {} + | sort -k 2 | sha256sum
  find /etc /opt/lecture05 -xdev -printf '%m %u:%g %p %l\\n' | sort | sha256sum
  systemctl list-unit-files --no-legend --plain | grep -v ship-logs | sort | sha256sum
  systemctl list-units --failed --no-legend --plain | grep -v ship-logs
  systemctl show -p ActiveState -p SubState -p NRestarts -p Id puma nginx amazon-ssm-agent
  systemctl show -p ActiveState -p Id lecture05-ship-logs.timer
  stat -c '%a %U:%G %n' /run/lecture05 /run/lecture05/puma.sock
  true`;

/** What has to be the same before and after: units, files, records, objects, settings on AWS. */
export async function standing(tool: InstalledPackage): Promise<Record<string, unknown>> {
  const stack = await stackOf(tool);
  const { bucket: Bucket } = stack;
  const [ec2, s3] = await Promise.all([toEc2(stack), toS3(stack)]);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  return {
    host: await onHost(stack, state),
    objects: Contents.map(({ Key = "" }) => Key).filter((key) => !key.startsWith("logs/")),
    policy: await rolePolicyOf(tool),
    bucketPolicy: (await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy,
    groups: (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups,
    instances: (await ec2.send(new DescribeInstancesCommand({}))).Reservations,
  };
}

/** When and as which processes the servers started. */
export const unitState = async (tool: InstalledPackage): Promise<string> =>
  onHost(await stackOf(tool), "systemctl show -p ActiveEnterTimestamp -p MainPID -p Id puma nginx amazon-ssm-agent");

export async function rolePolicyOf(tool: InstalledPackage): Promise<string> {
  const { PolicyDocument } = await (await toIam({ tool })).send(new GetRolePolicyCommand(rolePolicy({ tool })));
  if (!PolicyDocument) throw new Error("the role has no such policy");
  // What it says and not how it is spelled.
  return JSON.stringify(JSON.parse(decodeURIComponent(PolicyDocument)));
}
