import { describe, expect, it } from "vitest";
import { buildScene } from "../../src/diagram/build-scene.ts";
import { findContradictions, type Contradiction } from "../../src/diagram/contradictions.ts";
import { renderDrawio } from "../../src/diagram/drawio.ts";
import { layOut } from "../../src/diagram/layout.ts";
import { renderMermaid } from "../../src/diagram/mermaid.ts";
import { allBoxes } from "../../src/diagram/scene.ts";
import { renderSvg } from "../../src/diagram/svg.ts";
import type { Topology } from "../../src/diagram/topology.ts";
import { databaseOf, fullTopology, instance } from "./topology.ts";

const codes = (changes: Partial<Topology>): string[] =>
  findContradictions(fullTopology(changes)).map(({ code, subject }) => `${code} ${subject}`);
const full = fullTopology();
const [first, second] = [instance("a"), instance("c")];
const health = full.targetGroup!;

const rds = databaseOf(full);

const known = (id: string): string => full.groups.find((group) => group.id === id)?.name ?? "spare";
const { loadBalancer, bucket } = full;

/** A way to provoke each contradiction. */
const everyContradiction: Record<Contradiction["code"], Partial<Topology>> = {
  "no-gateway": { gateway: { id: "igw-1", attached: false } },
  "open-port": { groups: [{ id: "sg-host", name: "host", rules: [{ ports: "TCP 22", source: "::/0", open: true }] }] },
  "one-zone": {
    instances: [first],
    recordedInstanceIds: [first.id],
    targetGroup: { ...health, targets: health.targets.slice(0, 1) },
  },
  "target-unhealthy": {
    targetGroup: { ...health, targets: health.targets.map((target) => ({ ...target, state: "unhealthy" as const })) },
  },
  "target-missing": { targetGroup: { ...health, targets: [] } },
  "host-stopped": { instances: [instance("a", { state: "stopped" }), second] },
  "host-unreachable": { instances: [withoutFacts(first), second] },
  "not-recorded": { recordedInstanceIds: [first.id] },
  "recorded-but-gone": { recordedInstanceIds: [first.id, second.id, "i-gone"] },
  "bucket-open": { bucket: { ...bucket!, isPrivate: false } },
  "bucket-unencrypted": { bucket: { ...bucket!, encrypted: false } },
  "bucket-unversioned": { bucket: { ...bucket!, versioned: false } },
  "load-balancer-not-active": { loadBalancer: { ...loadBalancer!, state: "provisioning" } },
  "no-listener": { loadBalancer: { ...loadBalancer!, listenerPorts: [] } },
  "database-down": { database: { ...rds, status: "stopped" } },
  "database-open": { database: { ...rds, isPublic: true } },
  "service-down": {
    instances: [instance("a", { facts: { ...first.facts!, puma: { version: "7.2.1", active: false } } }), second],
  },
};

function withoutFacts({ facts: _facts, ...rest }: Topology["instances"][number]): Topology["instances"][number] {
  return rest;
}

describe("contradictions on the picture", () => {
  it("are none for a stack that is as it should be", () => {
    expect(findContradictions(full)).toEqual([]);
  });

  it.each<[string, Partial<Topology>, string]>([
    ["no gateway", { gateway: { id: "igw-1", attached: false } }, "no-gateway vpc-1"],
    [
      "a port open to the world that nothing listens on",
      { groups: [{ id: "sg-host", name: "host", rules: [{ ports: "TCP 22", source: "0.0.0.0/0", open: true }] }] },
      "open-port sg-host",
    ],
    [
      "an unhealthy target",
      {
        targetGroup: {
          ...health,
          targets: [
            { instanceId: first.id, port: 80, state: "unhealthy", reason: "Target.Timeout" },
            { instanceId: second.id, port: 80, state: "healthy" },
          ],
        },
      },
      `target-unhealthy ${first.id}`,
    ],
    [
      "a host that gets no requests",
      { targetGroup: { ...health, targets: health.targets.slice(0, 1) } },
      `target-missing ${second.id}`,
    ],
    ["a stopped host", { instances: [instance("a", { state: "stopped" }), second] }, `host-stopped ${first.id}`],
    [
      "a service that is down",
      {
        instances: [instance("a", { facts: { ...first.facts!, puma: { version: "7.2.1", active: false } } }), second],
      },
      `service-down ${first.id}`,
    ],
    ["a host that the records do not know", { recordedInstanceIds: [first.id] }, `not-recorded ${second.id}`],
    ["a host that is gone", { recordedInstanceIds: [first.id, second.id, "i-gone"] }, "recorded-but-gone i-gone"],
    [
      "an open bucket",
      { bucket: { ...full.bucket!, isPrivate: false } },
      "bucket-open lecture05-ap-northeast-1-0123456789ab",
    ],
    [
      "a load balancer that is not ready",
      { loadBalancer: { ...full.loadBalancer!, state: "provisioning" } },
      "load-balancer-not-active lecture05",
    ],
  ])("name %s", (_what, changes, expected) => {
    expect(codes(changes)).toContain(expected);
  });

  it.each(Object.entries(everyContradiction))(
    "mark %s on the picture, in every format, and list it",
    async (code, changes) => {
      const found = findContradictions(fullTopology(changes));
      const number = found.findIndex((one) => one.code === code) + 1;
      expect(number, code).toBeGreaterThan(0);
      const scene = buildScene(fullTopology(changes), { language: "ja", redact: (text) => text });
      expect(allBoxes(scene.boxes).some(({ marks }) => marks.includes(number))).toBe(true);
      const layout = await layOut(scene);
      const note = `${found[number - 1]?.subject}: ${found[number - 1]?.text.ja}`;
      expect(renderSvg(scene, layout)).toContain(`>${note.replaceAll("&", "&amp;")}</text>`);
      expect(renderDrawio(scene, layout)).toContain(`⚠${number}`);
      expect(renderDrawio(scene, layout)).toContain(note);
      expect(renderMermaid(scene)).toContain(`⚠${number}`);
      expect(renderMermaid(scene)).toContain(`%% ${number}. ${note}`);
    },
  );

  it("mark what is gone on the region, and nothing else there", () => {
    const changes = {
      recordedButGone: [{ type: "ec2:subnet", id: "subnet-gone" }],
      gateway: { id: "igw-1", attached: false },
    };
    const scene = buildScene(fullTopology(changes), { language: "en", redact: (text) => text });
    const marks = Object.fromEntries(allBoxes(scene.boxes).map((box) => [box.id, box.marks]));
    expect([marks.vpc, marks.region]).toEqual([[1], [2]]);
  });

  it.each([
    ["SSH on the host from one address", "sg-host", "TCP 22", "198.51.100.7/32", true],
    ["the host's port from elsewhere than the load balancer", "sg-host", "TCP 80", "10.5.0.0/16", true],
    ["the host's port from the load balancer", "sg-host", "TCP 80", "load-balancer", false],
    ["another port from the load balancer", "sg-host", "TCP 3000", "load-balancer", true],
    ["a port of the load balancer without a listener", "sg-lb", "TCP 8080", "198.51.100.7/32", true],
    ["a group that protects nothing", "sg-spare", "TCP 22", "0.0.0.0/0", false],
  ])("see whether a rule has a use: %s", (_what, id, ports, source, expected) => {
    const group = { id, name: id.slice(3), rules: [{ ports, source, open: source === "0.0.0.0/0" }] };
    const groups = [...full.groups.filter((known) => known.id !== id), { ...group, name: known(id) }];
    expect(codes({ groups }).includes(`open-port ${id}`)).toBe(expected);
  });

  it("say when all targets are in one zone", () => {
    expect(
      codes({
        instances: [first],
        targetGroup: { ...health, targets: health.targets.slice(0, 1) },
        recordedInstanceIds: [first.id],
      }),
    ).toEqual(["one-zone targetgroup/lecture05"]);
  });

  it("let the load balancer be open on the port that it listens on", () => {
    const open = { ports: "TCP 80", source: "0.0.0.0/0", open: true };
    expect(codes({ groups: [{ id: "sg-lb", name: "load-balancer", rules: [open] }] })).toEqual([]);
    expect(codes({ groups: [{ id: "sg-lb", name: "load-balancer", rules: [{ ...open, ports: "TCP 443" }] }] })).toEqual(
      ["open-port sg-lb"],
    );
  });
});
