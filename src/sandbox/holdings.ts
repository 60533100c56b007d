import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a stack is made of, by the file of the service that keeps it. Keys, tags and client tokens are none of it. */
const kept: Readonly<Record<string, readonly string[]>> = {
  "autoscaling.json": ["groups"],
  "ec2.json": [
    "vpcs",
    "internetGateways",
    "elasticIps",
    "volumes",
    "instances",
    "images",
    "snapshots",
    "launchTemplates",
  ],
  "elbv2.json": ["loadBalancers", "targetGroups"],
  "iam.json": ["roles", "instanceProfiles"],
  "rds.json": ["databases", "snapshots", "subnetGroups"],
};

/**
 * Whether a sandbox that is not running has something of a stack on disk. Reads the files alone, so that a command can
 * tell without a Docker engine. A file that cannot be read counts as something: starting the sandbox says what is wrong.
 */
export function holdsResources(home: string): boolean {
  const buckets = join(home, "s3", "buckets");
  if (existsSync(buckets) && readdirSync(buckets).length > 0) return true;
  return Object.entries(kept).some(([file, kinds]) => {
    const path = join(home, file);
    if (!existsSync(path)) return false;
    try {
      const data = JSON.parse(readFileSync(path, "utf8")) as Record<string, Record<string, { state?: unknown }>>;
      return kinds.some((kind) => Object.values(data[kind] ?? {}).some(({ state }) => state !== "terminated"));
    } catch {
      return true;
    }
  });
}
