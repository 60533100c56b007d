import { describe, expect, it } from "vitest";
import type { AutoScalingGroup, GroupEnd } from "../../../src/ports/auto-scaling.ts";
import type { Ports } from "../../../src/ports/index.ts";
import type { TargetHealth } from "../../../src/ports/load-balancing.ts";
import { verifyRedundancy } from "../../../src/steps/redundancy/verify.ts";
import { openToySession, ToyCloud, toyStep } from "../../support/memory-session.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { FakeSite } from "./fake-site.ts";

const ids = ["i-1", "i-2"];
const expiresAt = "2026-01-02T07:00:00.000Z";
const output = {
  groupName: "mine-hosts",
  launchTemplateId: "lt-1",
  launchTemplateVersion: 3,
  imageId: "ami-1",
  secretName: "/lecture05/mine/secret-key-base",
  hosts: 2,
};

/** Two hosts that are as they should be. */
function world() {
  const group = {
    name: "mine-hosts",
    desired: 2,
    healthCheckType: "ELB",
    suspended: [] as string[],
    members: ids.map((instanceId, index) => ({
      instanceId,
      availabilityZone: `ap-northeast-1${"ac"[index]}`,
      lifecycle: "InService",
      health: "Healthy",
      templateVersion: 3,
    })),
  };
  const targets: { instanceId: string; port: number; state: string }[] = ids.map((instanceId) => ({
    instanceId,
    port: 80,
    state: "healthy",
  }));
  const probes = new Map<string, Record<string, string>>(
    ids.map((id) => [
      id,
      {
        instance: id,
        told: id,
        noted: id,
        machine: `machine of ${id}`,
        ssh: `key of ${id}`,
        release: "abc",
        secret: "digest",
        secret_at: "memory",
        uploads: "0",
        own_end: "none",
      },
    ]),
  );
  /** The group's, and what the state says. */
  const ends: { group: GroupEnd | undefined; wanted: string | undefined } = {
    group: { at: expiresAt, endsAll: true },
    wanted: expiresAt,
  };
  return { group, ends, targets, probes, site: new FakeSite(ids) };
}

type World = ReturnType<typeof world>;

async function failures(change: (it: World) => void): Promise<string[]> {
  const it = world();
  change(it);
  const ports = {
    http: it.site.http,
    autoScaling: {
      findGroup: async () => it.group as unknown as AutoScalingGroup,
      findEnd: async () => it.ends.group,
    },
    loadBalancing: { targetHealth: async () => it.targets as TargetHealth[] },
    shell: {
      online: async (all: readonly string[]) => [...all],
      runOnAll: async (all: readonly string[]) =>
        all.map((instanceId) => ({
          instanceId,
          stdout: Object.entries(it.probes.get(instanceId) ?? {})
            .map(([name, value]) => `probe ${name} ${value}\n`)
            .join(""),
        })),
    },
  } as unknown as Ports;
  const step = toyStep("alb", [], new ToyCloud());
  const session = openToySession(temporaryDirectory(), [step], new AbortController(), ports);
  if (it.ends.wanted !== undefined) session.store.state.expiresAt = it.ends.wanted;
  session.recordOf("alb").output = {
    url: "http://own.example",
    dnsName: "own.example",
    loadBalancerArn: "balancer",
    targetGroupArn: "group",
    interfaceDescription: "ELB",
  };
  const checks = await verifyRedundancy(session.contextFor(step), output);
  expect(checks.length).toBeGreaterThanOrEqual(11);
  return checks.filter(({ ok }) => !ok).map(({ name }) => name);
}

describe("the checks of redundancy", () => {
  it("hold when all is well", async () => {
    expect(await failures(() => {})).toEqual([]);
    expect(await failures((it) => Object.assign(it.ends, { group: undefined, wanted: undefined }))).toEqual([]);
  });

  const member = (it: World) => it.group.members[1] ?? it.group.members[0];
  const probesOf = (it: World) => it.probes.get("i-2") ?? {};
  const broken: readonly [string, (it: World) => void, readonly string[]][] = [
    [
      "a host that is still launching",
      (it) => Object.assign(member(it) ?? {}, { lifecycle: "Pending" }),
      ["hosts-in-service", "healthy-in-zones"],
    ],
    [
      "a host that the load balancer finds ill",
      (it) => Object.assign(it.targets[1] ?? {}, { state: "unhealthy" }),
      ["healthy-in-zones"],
    ],
    [
      "all hosts in one zone",
      (it) => Object.assign(member(it) ?? {}, { availabilityZone: "ap-northeast-1a" }),
      ["healthy-in-zones"],
    ],
    [
      "a group that goes by EC2's health only",
      (it) => Object.assign(it.group, { healthCheckType: "EC2" }),
      ["replaced-by-load-balancer-health"],
    ],
    [
      "a group that was told to replace nothing",
      (it) => it.group.suspended.push("ReplaceUnhealthy"),
      ["replaced-by-load-balancer-health"],
    ],
    [
      "a host of an older template",
      (it) => Object.assign(member(it) ?? {}, { templateVersion: 2 }),
      ["one-template-version"],
    ],
    ["a group without the end", (it) => Object.assign(it.ends, { group: undefined }), ["group-ends-in-time"]],
    [
      "a group with another end",
      (it) => Object.assign(it.ends, { group: { at: "2026-01-02T08:00:00.000Z", endsAll: true } }),
      ["group-ends-in-time"],
    ],
    [
      "an end that leaves a host",
      (it) => Object.assign(it.ends, { group: { at: expiresAt, endsAll: false } }),
      ["group-ends-in-time"],
    ],
    ["an end that nobody knows of", (it) => Object.assign(it.ends, { wanted: undefined }), ["group-ends-in-time"]],
    ["a host under another's name", (it) => Object.assign(probesOf(it), { told: "i-1" }), ["own-identity"]],
    ["a copied machine id", (it) => Object.assign(probesOf(it), { machine: "machine of i-1" }), ["own-machine-id"]],
    ["a copied SSH key", (it) => Object.assign(probesOf(it), { ssh: "key of i-1" }), ["own-ssh-key"]],
    ["another release", (it) => Object.assign(probesOf(it), { release: "abd" }), ["same-release"]],
    ["another secret", (it) => Object.assign(probesOf(it), { secret: "other" }), ["same-secret"]],
    ["a secret on the disk", (it) => Object.assign(probesOf(it), { secret_at: "disk" }), ["secret-in-memory"]],
    [
      "a timer that came with the image",
      (it) => Object.assign(probesOf(it), { own_end: "timer" }),
      ["no-end-of-its-own"],
    ],
    ["copied uploads", (it) => Object.assign(probesOf(it), { uploads: "4" }), ["no-uploads-copied"]],
    [
      "a host that does not answer",
      (it) => it.probes.delete("i-2"),
      [
        "own-identity",
        "own-machine-id",
        "own-ssh-key",
        "same-release",
        "same-secret",
        "secret-in-memory",
        "no-end-of-its-own",
        "no-uploads-copied",
      ],
    ],
    ["cookies that only one host reads", (it) => it.site.secrets.set("i-2", "two"), ["session-shared"]],
    [
      "a database on each host",
      (it) => Object.assign(it, { site: new FakeSite(ids, false) }),
      ["record-on-all-hosts", "picture-on-all-hosts"],
    ],
  ];
  it.each(broken)("fail for %s", async (_what, change, expected) => {
    expect(await failures(change)).toEqual(expect.arrayContaining([...expected]));
    expect((await failures(change)).length).toBeLessThanOrEqual(expected.length + 2);
  });

  it("fail for a group whose end has come, although it has all hosts that it wants", async () => {
    const failed = await failures((it) => {
      Object.assign(it.group, { desired: 0, members: [] });
      Object.assign(it.ends, { group: undefined });
    });
    expect(failed).toEqual(expect.arrayContaining(["hosts-in-service", "healthy-in-zones", "group-ends-in-time"]));
  });
});
