import { instanceProfileArn, findInstanceProfile } from "../iam/entities.ts";
import { credentialsForInstance, roleOfInstance } from "../iam/sessions.ts";
import type { World } from "../world.ts";
import type { InstanceFacts } from "./instance-facts.ts";

type Leaf = string | Uint8Array | undefined | (() => Promise<string | undefined>);
type Tree = ReadonlyMap<string, Leaf>;

/** What a path below /latest/ answers: a value, or for a directory the list of what is in it. Undefined: 404. */
export async function readMetadata(
  world: World,
  facts: InstanceFacts,
  path: string,
): Promise<string | Uint8Array | undefined> {
  const tree = treeOf(world, facts);
  const clean = path.replace(/\/+$/, "");
  if (tree.has(clean)) {
    const leaf = tree.get(clean);
    return typeof leaf === "function" ? leaf() : leaf;
  }
  return listing(tree, clean);
}

/** The entries of a directory, each on a line; subdirectories end in a slash, as EC2 writes them. */
function listing(tree: Tree, directory: string): string | undefined {
  const prefix = directory === "" ? "" : `${directory}/`;
  const entries = new Set<string>();
  for (const [path, leaf] of tree) {
    if (!path.startsWith(prefix) || leaf === undefined) continue;
    const [head = "", ...rest] = path.slice(prefix.length).split("/");
    entries.add(rest.length > 0 ? `${head}/` : head);
  }
  return entries.size > 0 ? [...entries].sort().join("\n") : undefined;
}

function treeOf(world: World, facts: InstanceFacts): Tree {
  const role = roleOfInstance(world, facts.instanceId);
  const mac = `meta-data/network/interfaces/macs/${facts.mac}`;
  const leaves: [string, Leaf][] = [
    ["meta-data/ami-id", facts.imageId],
    ["meta-data/hostname", facts.hostName],
    ["meta-data/local-hostname", facts.hostName],
    ["meta-data/instance-id", facts.instanceId],
    ["meta-data/instance-type", facts.instanceType],
    ["meta-data/instance-life-cycle", "on-demand"],
    ["meta-data/local-ipv4", facts.privateIp],
    ["meta-data/public-ipv4", facts.publicIp],
    ["meta-data/mac", facts.mac],
    ["meta-data/placement/availability-zone", facts.availabilityZone],
    ["meta-data/placement/region", facts.region],
    ["meta-data/security-groups", facts.securityGroupNames.join("\n")],
    ["meta-data/services/domain", "amazonaws.com"],
    ["meta-data/services/partition", "aws"],
    [`${mac}/local-ipv4s`, facts.privateIp],
    [`${mac}/security-group-ids`, facts.securityGroupIds.join("\n")],
    [`${mac}/subnet-id`, facts.subnetId],
    [`${mac}/vpc-id`, facts.vpcId],
    ["dynamic/instance-identity/document", identityDocument(world, facts)],
    ["user-data", facts.userData],
  ];
  for (const [key, value] of Object.entries(facts.tags ?? {})) leaves.push([`meta-data/tags/instance/${key}`, value]);
  if (role) {
    leaves.push(
      ["meta-data/iam/info", () => Promise.resolve(profileInfo(world, facts))],
      ["meta-data/iam/security-credentials", role.name],
      [`meta-data/iam/security-credentials/${role.name}`, () => credentialsDocument(world, facts)],
    );
  }
  return new Map(leaves);
}

function identityDocument(world: World, facts: InstanceFacts): string {
  return pretty({
    accountId: world.account,
    architecture: process.arch === "arm64" ? "arm64" : "x86_64",
    availabilityZone: facts.availabilityZone,
    imageId: facts.imageId,
    instanceId: facts.instanceId,
    instanceType: facts.instanceType,
    pendingTime: seconds(facts.launchedAt),
    privateIp: facts.privateIp,
    region: facts.region,
    version: "2017-09-30",
  });
}

function profileInfo(world: World, facts: InstanceFacts): string | undefined {
  const profile = findInstanceProfile(world.iam, world.ec2.instanceProfileName(facts.instanceId) ?? "");
  if (!profile) return undefined;
  return pretty({
    Code: "Success",
    LastUpdated: seconds(world.now()),
    InstanceProfileArn: instanceProfileArn(profile),
    InstanceProfileId: profile.id,
  });
}

async function credentialsDocument(world: World, facts: InstanceFacts): Promise<string | undefined> {
  const credentials = await credentialsForInstance(world, facts.instanceId);
  if (!credentials) {
    return pretty({
      Code: "AssumeRoleUnauthorizedAccess",
      Message: "EC2 cannot assume the role. Please see documentation at https://docs.aws.amazon.com/IAM/",
      LastUpdated: seconds(world.now()),
    });
  }
  return pretty({
    Code: "Success",
    LastUpdated: seconds(credentials.issuedAt),
    Type: "AWS-HMAC",
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: seconds(credentials.expiresAt),
  });
}

function pretty(value: object): string {
  return JSON.stringify(value, undefined, 2);
}

/** The metadata service writes times without fractions of a second. */
function seconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
