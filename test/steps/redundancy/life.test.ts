import { describe, expect, it } from "vitest";
import { followHosts } from "../../../src/engine/follow-hosts.ts";
import { redundancy } from "../../../src/steps/redundancy.ts";
import { holdings } from "../../support/stage.ts";
import { startGroupStack } from "./stack.ts";

describe("redundancy", () => {
  it("goes from one host to two of an image, on to three, back to two, and away", async () => {
    const stack = await startGroupStack();
    const { session, sandbox } = stack;
    const [first] = session.store.state.hosts;
    await stack.apply(2);

    const { world } = sandbox;
    const [group] = Object.values(world.autoscaling.data.groups);
    expect(group).toMatchObject({ name: "mine-hosts", desired: 2, min: 2, healthCheckType: "ELB", graceSeconds: 120 });
    const { hosts } = session.store.state;
    expect(hosts).toHaveLength(2);
    expect(new Set(hosts.map(({ availabilityZone }) => availabilityZone)).size).toBe(2);
    expect(world.ec2.data.instances[first?.instanceId ?? ""]?.state).toMatch(/terminated|shutting-down/);
    expect(stack.ran).toContain(`prepare-image on ${first?.instanceId}`);
    expect(session.store.state.resources.filter(({ type }) => type === "ec2:instance").map(({ id }) => id)).toEqual(
      hosts.map(({ instanceId }) => instanceId),
    );
    expect(await redundancy.plan(session.contextFor(redundancy))).toEqual([]);

    await stack.apply(3);
    expect(session.store.state.hosts).toHaveLength(3);
    await stack.apply(2);
    expect(session.store.state.hosts).toHaveLength(2);

    await redundancy.destroy(session.contextFor(redundancy), { keepBucket: false, deleteData: false });
    expect(world.autoscaling.data.groups).toEqual({});
    const { images, snapshots, launchTemplates } = world.ec2.data;
    expect([images, snapshots, launchTemplates].flatMap(Object.keys)).toEqual([]);
    expect(holdings(stack).filter((id) => id.startsWith("i-"))).toEqual([]);
  });

  it("takes a host that the group has put in another's place into the records", async () => {
    const stack = await startGroupStack();
    const { session, ports } = stack;
    await stack.apply(2);
    const [lost] = session.store.state.hosts;
    await ports.compute.terminateInstance(lost?.instanceId ?? "");
    for (let look = 0; look < 5; look++) await session.clock.sleep(1000);
    await followHosts(session);
    const ids = session.store.state.hosts.map(({ instanceId }) => instanceId);
    expect(ids).toHaveLength(2);
    expect(ids).not.toContain(lost?.instanceId);
  });

  it("makes another image when something new was installed, and replaces the hosts by those of it", async () => {
    const stack = await startGroupStack();
    const { session, ports, sandbox } = stack;
    await stack.apply(2);
    const before = session.store.state.hosts.map(({ instanceId }) => instanceId);
    for (const id of before) await ports.compute.tagInstance(id, { "lecture05:recipe:puma": "another" });
    const changes = await redundancy.plan(session.contextFor(redundancy));
    expect(changes.map(({ action, subject }) => `${action} ${subject}`)).toContain("create ec2:image golden");
    await stack.apply();
    const after = session.store.state.hosts.map(({ instanceId }) => instanceId);
    expect(after).toHaveLength(2);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    expect(Object.values(sandbox.world.ec2.data.images)).toHaveLength(1);
  });
});
