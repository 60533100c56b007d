import { aws } from "./breakages.ts";
import type { InstalledPackage } from "./installed-package.ts";

// Logs, and the units and objects that ship them, go on by themselves.
const onHost = `
  for table in fruits active_storage_blobs active_storage_attachments active_storage_variant_records; do
    echo "$table $(sqlite3 -readonly /var/lib/lecture05/database/production.sqlite3 "SELECT count(*) FROM $table")"
  done
  find /etc /opt/lecture05 -xdev -type f -exec sha256sum {} + | sort -k 2 | sha256sum
  find /etc /opt/lecture05 -xdev -printf '%m %u:%g %p %l\\n' | sort | sha256sum
  systemctl list-unit-files --no-legend --plain | grep -v ship-logs | sort | sha256sum
  systemctl list-units --failed --no-legend --plain | grep -v ship-logs
  systemctl show -p ActiveState -p SubState -p NRestarts -p Id puma nginx amazon-ssm-agent lecture05-ship-logs.timer
  stat -c '%a %U:%G %n' /run/lecture05 /run/lecture05/puma.sock
  true`;

/** What has to be the same before and after: units, files, records, objects, settings on AWS. */
export async function standing(tool: InstalledPackage): Promise<Record<string, unknown>> {
  const json = async (...args: string[]): Promise<unknown> => JSON.parse(await aws(tool, ...args)) as unknown;
  const bucket = await bucketOf(tool);
  const objects = (await json("s3api", "list-objects-v2", "--bucket", bucket)) as { Contents?: { Key: string }[] };
  return {
    host: await tool.onHost(onHost),
    objects: (objects.Contents ?? []).map(({ Key }) => Key).filter((key) => !key.startsWith("logs/")),
    policy: await rolePolicyOf(tool),
    bucketPolicy: await json("s3api", "get-bucket-policy", "--bucket", bucket),
    groups: await json("ec2", "describe-security-groups"),
    instances: await json("ec2", "describe-instances"),
  };
}

/** When and as which processes the servers started. */
export const unitState = (tool: InstalledPackage): Promise<string> =>
  tool.onHost("systemctl show -p ActiveEnterTimestamp -p MainPID -p Id puma nginx amazon-ssm-agent");

export const rolePolicyOf = (tool: InstalledPackage): Promise<string> =>
  aws(tool, "iam", "get-role-policy", "--role-name", `${tool.stack}-host`, "--policy-name", "lecture05-bucket");

async function bucketOf(tool: InstalledPackage): Promise<string> {
  const { resources } = JSON.parse(await tool.ok("status", "--json")) as { resources: { type: string; id: string }[] };
  return resources.find(({ type }) => type === "s3:bucket")?.id ?? "";
}
