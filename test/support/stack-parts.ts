import { AssociateRouteTableCommand } from "@aws-sdk/client-ec2";
import type { ResourceIdentity } from "../../src/ports/identity.ts";
import { bucket, region, stack, type Stage } from "./stage.ts";
import { hostBucketPolicy, rolePolicyName } from "../../src/steps/s3/policies.ts";

/** Ids of what was made so far. */
export interface Made {
  vpc?: string;
  gateway?: string;
  subnets: string[];
  groups: { loadBalancer?: string; host?: string };
  tables: string[];
  instance?: string;
  loadBalancer?: string;
  targetGroup?: string;
}

interface Part {
  readonly needs: readonly PartName[];
  make(stage: Stage, made: Made): Promise<void>;
}

const named = (name: string, step: ResourceIdentity["step"]): ResourceIdentity => ({ stack, step, name });
const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
} as const;
const http = { protocol: "tcp", fromPort: 80, toPort: 80 };
const healthCheck = {
  path: "/up",
  matcher: "200",
  intervalSeconds: 5,
  timeoutSeconds: 4,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
};

export const partNames = [
  "vpc",
  "gateway",
  "attachment",
  "subnets",
  "tables",
  "associations",
  "groups",
  "rules",
  "role",
  "role-policy",
  "profile",
  "profile-role",
  "instance",
  "target-group",
  "target",
  "load-balancer",
  "listener",
  "bucket",
  "bucket-settings",
  "bucket-content",
] as const;
export type PartName = (typeof partNames)[number];

/** What a stack is made of, each piece by one or two calls, in an order in which they can be made. */
const parts: Readonly<Record<PartName, Part>> = {
  vpc: {
    needs: [],
    make: async ({ ports }, made) =>
      void (made.vpc = (await ports.network.createVpc(named("vpc", "ec2"), "10.5.0.0/16")).id),
  },
  gateway: {
    needs: [],
    make: async ({ ports }, made) =>
      void (made.gateway = (await ports.network.createInternetGateway(named("internet-gateway", "ec2"))).id),
  },
  attachment: {
    needs: ["vpc", "gateway"],
    make: ({ ports }, { vpc = "", gateway = "" }) => ports.network.attachInternetGateway(gateway, vpc),
  },
  subnets: {
    needs: ["vpc"],
    async make({ ports }, made) {
      const zones = await ports.network.availabilityZones();
      for (const [index, availabilityZone] of zones.slice(0, 2).entries()) {
        const subnet = { vpcId: made.vpc ?? "", cidr: `10.5.${index + 1}.0/24`, availabilityZone };
        made.subnets.push((await ports.network.createSubnet(named(`public-${index}`, "ec2"), subnet)).id);
      }
    },
  },
  tables: {
    needs: ["vpc"],
    async make({ ports }, { vpc = "", tables }) {
      tables.push((await ports.network.createRouteTable(named("public", "ec2"), vpc, `t-${vpc}`)).id);
    },
  },
  associations: {
    needs: ["subnets", "tables", "attachment"],
    async make({ ports, clients }, { tables, subnets, gateway = "" }) {
      const ec2 = await clients.ec2();
      await ports.network.createRoute(tables[0] ?? "", "0.0.0.0/0", gateway);
      for (const SubnetId of subnets) {
        await ec2.send(new AssociateRouteTableCommand({ RouteTableId: tables[0], SubnetId }));
      }
    },
  },
  groups: {
    needs: ["vpc"],
    async make({ ports: { network } }, { vpc = "", groups }) {
      groups.loadBalancer = (await network.createSecurityGroup(named("load-balancer", "ec2"), vpc, "x")).id;
      groups.host = (await network.createSecurityGroup(named("host", "ec2"), vpc, "x")).id;
    },
  },
  rules: {
    needs: ["groups"],
    async make({ ports: { network } }, { groups: { loadBalancer = "", host = "" } }) {
      await network.authorizeIngress(host, { ...http, source: { groupId: loadBalancer } });
      // Both ways round, so that neither group can go first.
      await network.authorizeIngress(loadBalancer, { ...http, source: { groupId: host } });
    },
  },
  role: {
    needs: [],
    make: async ({ ports: { identity } }) =>
      void (await identity.createRole(named("host", "ec2"), `${stack}-host`, trust)),
  },
  "role-policy": {
    needs: ["role"],
    async make({ ports: { identity } }) {
      await identity.attachManagedPolicy(`${stack}-host`, "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore");
      await identity.putInlinePolicy(`${stack}-host`, rolePolicyName, hostBucketPolicy(bucket, region));
    },
  },
  profile: {
    needs: [],
    make: async ({ ports: { identity } }) =>
      void (await identity.createInstanceProfile(named("host", "ec2"), `${stack}-host`)),
  },
  "profile-role": {
    needs: ["profile", "role"],
    make: ({ ports: { identity } }) => identity.addRoleToInstanceProfile(`${stack}-host`, `${stack}-host`),
  },
  instance: {
    needs: ["subnets", "groups", "profile-role"],
    async make({ ports: { compute } }, made) {
      const request = {
        imageId: await compute.resolveImage("/aws/service/debian/release/13/latest/amd64"),
        instanceType: "t3.small",
        subnetId: made.subnets[0] ?? "",
        groupIds: [made.groups.host ?? ""],
        instanceProfileName: `${stack}-host`,
        userData: "#!/bin/sh\n",
        volumeSizeGib: 20,
        clientToken: `i-${made.vpc}`,
      };
      made.instance = (await compute.runInstance(named("host-1", "ec2"), request)).id;
    },
  },
  "target-group": {
    needs: ["vpc"],
    async make({ ports: { loadBalancing } }, made) {
      const request = { name: stack, vpcId: made.vpc ?? "", port: 80, healthCheck };
      made.targetGroup = (await loadBalancing.createTargetGroup(named("hosts", "alb"), request)).arn;
    },
  },
  target: {
    needs: ["target-group", "instance"],
    async make({ ports: { compute, loadBalancing } }, { targetGroup = "", instance = "" }) {
      await compute.waitUntilRunning(instance, 60_000);
      await loadBalancing.registerTarget(targetGroup, instance, 80);
    },
  },
  "load-balancer": {
    needs: ["subnets", "groups", "attachment"],
    async make({ ports: { loadBalancing } }, made) {
      const request = { name: stack, subnetIds: made.subnets, groupIds: [made.groups.loadBalancer ?? ""] };
      made.loadBalancer = (await loadBalancing.createLoadBalancer(named("load-balancer", "alb"), request)).arn;
    },
  },
  listener: {
    needs: ["load-balancer", "target-group"],
    make: async ({ ports: { loadBalancing } }, { loadBalancer = "", targetGroup = "" }) =>
      void (await loadBalancing.createListener(named("http", "alb"), loadBalancer, {
        port: 80,
        protocol: "HTTP",
        targetGroupArn: targetGroup,
      })),
  },
  bucket: {
    needs: [],
    make: async ({ ports: { objectStorage } }) =>
      void (await objectStorage.createBucket(named("bucket", "s3"), bucket)),
  },
  "bucket-settings": {
    needs: ["bucket"],
    make: ({ ports: { objectStorage } }) => objectStorage.enableVersioning(bucket),
  },
  "bucket-content": {
    needs: ["bucket"],
    async make({ clients }) {
      const sdk = await import("@aws-sdk/client-s3");
      const s3 = await clients.s3();
      const upload = "0123456789abcdefghijklmnopqr";
      await s3.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: upload, Body: "one" }));
      await s3.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: upload, Body: "two" }));
      await s3.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: "logs/2026/access.log", Body: "x" }));
      await s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: "logs/2026/access.log" }));
      await s3.send(new sdk.CreateMultipartUploadCommand({ Bucket: bucket, Key: "logs/unfinished" }));
    },
  },
};

/** These parts, and what they cannot be made without. */
export function withNeeds(wanted: readonly PartName[]): PartName[] {
  const all = new Set<PartName>();
  const add = (name: PartName): void => {
    for (const needed of parts[name].needs) add(needed);
    all.add(name);
  };
  for (const name of wanted) add(name);
  return partNames.filter((name) => all.has(name));
}

export async function make(stage: Stage, wanted: readonly PartName[]): Promise<Made> {
  const made: Made = { subnets: [], groups: {}, tables: [] };
  for (const name of withNeeds(wanted)) await parts[name].make(stage, made);
  return made;
}
