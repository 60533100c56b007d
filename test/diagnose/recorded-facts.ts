import { readFileSync } from "node:fs";
import type { Facts, Host } from "../../src/diagnose/facts.ts";
import { HostFacts } from "../../src/diagnose/host-facts.ts";
import { noOccasion } from "../../src/diagnose/occasion.ts";
import { healthCheck } from "../../src/steps/alb/settings.ts";
import { lectureSteps } from "../../src/steps/names.ts";
import { hostBucketPolicy } from "../../src/steps/s3/policies.ts";

const recorded = readFileSync(new URL("recorded/healthy.txt", import.meta.url), "utf8");

export const instanceId = "i-b71a4168f34f11dc5";
const vpcId = "vpc-1";
const bucketName = "diag-ap-northeast-1-0ed2cafdaa33";
const dnsName = "127.0.5.11";
const loadBalancerArn = "arn:aws:elasticloadbalancing:ap-northeast-1:000000000000:loadbalancer/app/diag/1";
const targetGroupArn = "arn:aws:elasticloadbalancing:ap-northeast-1:000000000000:targetgroup/diag/1";

/**
 * What a healthy host said, with some facts said otherwise: a list of lines replaces the fact's, undefined takes it
 * away, as when it could not be asked.
 */
export function hostFacts(changes: Readonly<Record<string, readonly string[] | undefined>> = {}): HostFacts {
  const names = Object.keys(changes);
  const kept = recorded.split("\n").filter((line) => !names.includes(line.split(" ")[0] ?? ""));
  const changed = names.flatMap((name) => (changes[name] ?? []).map((line) => `${name} ${line}`));
  return new HostFacts([...kept, ...changed].join("\n"));
}

/** A fact of the healthy host with one "KEY=VALUE" line, or any text, said otherwise. */
export function said(name: string, pattern: RegExp, replacement: string): Readonly<Record<string, readonly string[]>> {
  const lines = hostFacts().lines(name);
  if (!lines.some((line) => pattern.test(line))) throw new Error(`${name} never says ${pattern.source}`);
  return { [name]: lines.map((line) => line.replace(pattern, replacement)) };
}

export const healthyHost: Host = {
  instance: {
    id: instanceId,
    name: "host-1",
    state: "running",
    imageId: "ami-1",
    instanceType: "t3.small",
    availabilityZone: "ap-northeast-1a",
    subnetId: "subnet-a",
    privateIp: "10.7.1.10",
    groupIds: ["sg-host"],
    imdsv2Required: true,
    volumeIds: ["vol-1"],
    tags: {},
  },
  online: true,
  facts: hostFacts(),
};

const subnet = (id: string, name: string, cidr: string, availabilityZone: string) => ({
  id,
  name,
  vpcId,
  cidr,
  availabilityZone,
});
const http = { protocol: "tcp", fromPort: 80, toPort: 80 };

/** A whole healthy stack, as it was seen. */
export const healthy: Facts = {
  stack: "diag",
  region: "ap-northeast-1",
  reached: lectureSteps,
  url: `http://${dnsName}`,
  callerAddress: "127.0.0.1",
  allowed: undefined,
  ec2: {
    vpc: { id: vpcId, cidr: "10.7.0.0/16" },
    subnets: [
      subnet("subnet-a", "public-a", "10.7.1.0/24", "ap-northeast-1a"),
      subnet("subnet-c", "public-c", "10.7.2.0/24", "ap-northeast-1c"),
    ],
    gateway: { id: "igw-1", attachedVpcId: vpcId },
    routeTables: [
      {
        id: "rtb-1",
        name: "public",
        vpcId,
        routes: [{ destination: "0.0.0.0/0", gatewayId: "igw-1" }],
        associations: [
          { id: "rtbassoc-1", subnetId: "subnet-a" },
          { id: "rtbassoc-2", subnetId: "subnet-c" },
        ],
      },
    ],
    groups: [
      {
        id: "sg-lb",
        name: "load-balancer",
        vpcId,
        ingress: [{ ...http, source: { cidr: "127.0.0.1/32" } }],
      },
      { id: "sg-host", name: "host", vpcId, ingress: [{ ...http, source: { groupId: "sg-lb" } }] },
    ],
    role: {
      name: "diag-host",
      arn: "arn:aws:iam::000000000000:role/diag-host",
      managedPolicies: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
      inlinePolicies: ["lecture05-bucket"],
    },
    profile: {
      name: "diag-host",
      arn: "arn:aws:iam::000000000000:instance-profile/diag-host",
      roleNames: ["diag-host"],
    },
    instances: [healthyHost.instance],
  },
  loadBalancer: {
    arn: loadBalancerArn,
    kind: "alb",
    addresses: [],
    name: "diag",
    dnsName,
    state: "active",
    vpcId,
    groupIds: ["sg-lb"],
    subnetIds: ["subnet-a", "subnet-c"],
  },
  listeners: [{ arn: "arn:aws:elasticloadbalancing:listener/1", port: 80, protocol: "HTTP", targetGroupArn }],
  targetGroup: {
    arn: targetGroupArn,
    name: "diag",
    protocol: "HTTP",
    port: 80,
    vpcId,
    healthCheck,
    loadBalancerArns: [loadBalancerArn],
  },
  targets: [{ instanceId, port: 80, state: "healthy" }],
  page: { kind: "answer", status: 200, headers: {}, body: new Uint8Array() },
  hosts: [healthyHost],
  bucketName,
  bucket: { publicAccessBlocked: true, encrypted: true, versioned: true },
  rolePolicy: hostBucketPolicy(bucketName, "ap-northeast-1"),
  unseen: [],
  occasion: noOccasion,
};

/** The healthy stack with a host that says some things otherwise. */
export function withHost(
  changes: Readonly<Record<string, readonly string[] | undefined>>,
  facts: Facts = healthy,
): Facts {
  return { ...facts, hosts: [{ ...healthyHost, facts: hostFacts(changes) }] };
}
