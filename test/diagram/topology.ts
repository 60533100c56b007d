import type { Topology, TopologyInstance } from "../../src/diagram/topology.ts";
import { lectureSteps } from "../../src/steps/names.ts";

const at = new Date("2026-04-01T09:30:00Z");

/** Step database's, in the private subnet of zone a. */
export function databaseOf({ subnets }: Topology): NonNullable<Topology["database"]> {
  return {
    id: "lecture05-database",
    engineVersion: "8.4.7",
    instanceClass: "db.t4g.micro",
    status: "available",
    encrypted: true,
    isPublic: false,
    availabilityZone: "ap-northeast-1a",
    secondaryZone: "ap-northeast-1c",
    groupIds: ["sg-database"],
    subnetIds: subnets.filter(({ isPublic }) => !isPublic).map(({ id }) => id),
    port: 3306,
  };
}

export function instance(zone: "a" | "c", changes: Partial<TopologyInstance> = {}): TopologyInstance {
  const number = zone === "a" ? 1 : 2;
  return {
    id: `i-0000000000000000${number}`,
    name: `host-${number}`,
    type: "t3.small",
    state: "running",
    availabilityZone: `ap-northeast-1${zone}`,
    subnetId: `subnet-public-${zone}`,
    privateIp: `10.5.${number}.10`,
    groupIds: ["sg-host"],
    facts: {
      nginx: { version: "1.26.3", active: true },
      puma: { version: "7.2.1", active: true },
      rails: "8.1.4",
      ruby: "3.3",
      socket: "/run/lecture05/puma.sock",
      database: "/var/lib/lecture05/database/production.sqlite3",
      listening: ["0.0.0.0:80"],
    },
    ...changes,
  };
}

/** A whole stack with one host in each zone, without a contradiction. */
export function fullTopology(changes: Partial<Topology> = {}): Topology {
  const subnet = (kind: "public" | "private", zone: "a" | "c") => ({
    id: `subnet-${kind}-${zone}`,
    name: `${kind}-${zone}`,
    cidr: `10.5.${(kind === "public" ? 0 : 10) + (zone === "a" ? 1 : 2)}.0/24`,
    availabilityZone: `ap-northeast-1${zone}`,
    isPublic: kind === "public",
  });
  const instances = [instance("a"), instance("c")];
  return {
    stack: "lecture05",
    target: "aws",
    account: "123456789012",
    region: "ap-northeast-1",
    observedAt: at,
    vpc: { id: "vpc-1", cidr: "10.5.0.0/16" },
    gateway: { id: "igw-1", attached: true },
    subnets: [subnet("public", "a"), subnet("public", "c"), subnet("private", "a"), subnet("private", "c")],
    groups: [
      { id: "sg-lb", name: "load-balancer", rules: [{ ports: "TCP 80", source: "198.51.100.7/32", open: false }] },
      { id: "sg-host", name: "host", rules: [{ ports: "TCP 80", source: "load-balancer", open: false }] },
    ],
    loadBalancer: {
      name: "lecture05",
      dnsName: "lecture05-1234567890.ap-northeast-1.elb.amazonaws.com",
      state: "active",
      subnetIds: ["subnet-public-a", "subnet-public-c"],
      groupIds: ["sg-lb"],
      listenerPorts: [80],
    },
    targetGroup: {
      name: "lecture05",
      port: 80,
      healthCheckPath: "/up",
      targets: instances.map(({ id }) => ({ instanceId: id, port: 80, state: "healthy" })),
    },
    instances,
    bucket: {
      name: "lecture05-ap-northeast-1-0123456789ab",
      isPrivate: true,
      encrypted: true,
      versioned: true,
      prefixes: [
        { prefix: "", objects: 3 },
        { prefix: "logs/", objects: 12 },
      ],
    },
    role: { name: "lecture05-host", policies: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"] },
    proved: new Map(lectureSteps.map((name) => [name, at])),
    recordedInstanceIds: instances.map(({ id }) => id),
    recordedButGone: [],
    ...changes,
  };
}
