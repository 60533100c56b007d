import { describe, expect, it } from "vitest";
import type { Observed } from "../../../src/steps/ec2/observe.ts";
import { planFor } from "../../../src/steps/ec2/plan.ts";

const zones = ["ap-northeast-1a", "ap-northeast-1c"];
const allow = ["203.0.113.7/32"];
const nothing: Observed = {
  vpc: undefined,
  subnets: [],
  gateway: undefined,
  routeTables: [],
  groups: [],
  role: undefined,
  profile: undefined,
  instances: [],
};

const subnet = (name: string, zone: string) => ({
  id: `subnet-${name}`,
  name,
  vpcId: "vpc-1",
  cidr: "10.5.1.0/24",
  availabilityZone: zone,
});
const http = { protocol: "tcp", fromPort: 80, toPort: 80 };

/** Everything as the step leaves it. */
const complete: Observed = {
  vpc: { id: "vpc-1", cidr: "10.5.0.0/16" },
  subnets: zones.flatMap((zone) => [
    subnet(`public-${zone.slice(-1)}`, zone),
    subnet(`private-${zone.slice(-1)}`, zone),
  ]),
  gateway: { id: "igw-1", attachedVpcId: "vpc-1" },
  routeTables: ["public", "private"].map((name) => ({
    id: `rtb-${name}`,
    name,
    vpcId: "vpc-1",
    routes: name === "public" ? [{ destination: "0.0.0.0/0", gatewayId: "igw-1" }] : [],
    associations: ["a", "c"].map((zone) => ({ id: `assoc-${name}-${zone}`, subnetId: `subnet-${name}-${zone}` })),
  })),
  groups: [
    { id: "sg-lb", name: "load-balancer", vpcId: "vpc-1", ingress: [{ ...http, source: { cidr: "203.0.113.7/32" } }] },
    { id: "sg-host", name: "host", vpcId: "vpc-1", ingress: [{ ...http, source: { groupId: "sg-lb" } }] },
  ],
  role: {
    name: "demo-host",
    arn: "arn:aws:iam::0:role/demo-host",
    managedPolicies: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
    inlinePolicies: [],
  },
  profile: { name: "demo-host", arn: "arn:aws:iam::0:instance-profile/demo-host", roleNames: ["demo-host"] },
  instances: [
    {
      id: "i-1",
      name: "host-1",
      state: "running",
      imageId: "ami-1",
      instanceType: "t3.small",
      availabilityZone: "ap-northeast-1a",
      subnetId: "subnet-public-a",
      groupIds: ["sg-host"],
      imdsv2Required: true,
      volumeIds: ["vol-1"],
      tags: {},
    },
  ],
};

const subjects = (observed: Observed): string[] =>
  planFor(observed, zones, { sources: allow, ports: [80] }).map(({ action, subject }) => `${action} ${subject}`);

describe("plan of step ec2", () => {
  it("creates everything when there is nothing", () => {
    expect(subjects(nothing)).toEqual([
      "create ec2:vpc vpc",
      "create ec2:internet-gateway internet-gateway",
      "create ec2:subnet public-a",
      "create ec2:subnet private-a",
      "create ec2:subnet public-c",
      "create ec2:subnet private-c",
      "create ec2:route-table public",
      "create ec2:route-table private",
      "create ec2:security-group load-balancer",
      "create ec2:security-group host",
      "create iam:role host",
      "create iam:instance-profile host",
      "create ec2:instance host-1",
    ]);
  });

  it("is empty when everything is there", () => {
    expect(subjects(complete)).toEqual([]);
  });

  it.each<[string, Partial<Observed>, string]>([
    [
      "a stopped instance",
      { instances: [{ ...complete.instances[0]!, state: "stopped" }] },
      "update ec2:instance host-1",
    ],
    [
      "a terminated instance",
      { instances: [{ ...complete.instances[0]!, state: "terminated" }] },
      "create ec2:instance host-1",
    ],
    ["a detached gateway", { gateway: { id: "igw-1" } }, "update ec2:internet-gateway internet-gateway"],
    [
      "a missing route",
      { routeTables: complete.routeTables.map((table) => ({ ...table, routes: [] })) },
      "update ec2:route-table public",
    ],
    ["a role without SSM", { role: { ...complete.role!, managedPolicies: [] } }, "update iam:role host"],
    [
      "an open port",
      {
        groups: [
          complete.groups[0]!,
          {
            ...complete.groups[1]!,
            ingress: [...complete.groups[1]!.ingress, { ...http, source: { cidr: "0.0.0.0/0" } }],
          },
        ],
      },
      "update ec2:security-group host",
    ],
    [
      "a caller with a new address",
      {
        groups: [
          { ...complete.groups[0]!, ingress: [{ ...http, source: { cidr: "198.51.100.1/32" } }] },
          complete.groups[1]!,
        ],
      },
      "update ec2:security-group load-balancer",
    ],
  ])("mends %s", (_name, difference, expected) => {
    expect(subjects({ ...complete, ...difference })).toEqual([expected]);
  });
});
