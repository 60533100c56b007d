import { describe, expect, it } from "vitest";
import { Lecture05Error } from "../../../src/errors.ts";
import { expiryTag } from "../../../src/ports/expiry.ts";
import { ec2 } from "../../../src/steps/ec2.ts";
import { redundancy } from "../../../src/steps/redundancy.ts";
import { groupNameOf } from "../../../src/steps/redundancy/settings.ts";
import { stack as stackName } from "../../support/stage.ts";
import { startGroupStack, type GroupStack } from "./stack.ts";

const name = groupNameOf(stackName);

/** So long from now by the sandbox's clock, which is the one that Auto Scaling goes by. */
const later = ({ sandbox }: GroupStack, minutes: number): string =>
  new Date(Math.ceil(sandbox.world.now().getTime() / 1000) * 1000 + minutes * 60_000).toISOString();

function setEnd({ session }: GroupStack, expiresAt: string | undefined): void {
  if (expiresAt === undefined) delete session.store.state.expiresAt;
  else session.store.state.expiresAt = expiresAt;
}

const scheduled = ({ sandbox }: GroupStack) =>
  Object.values(sandbox.world.autoscaling.data.scheduled).map(({ startAt, min, max, desired }) => ({
    startAt,
    sizes: [min, max, desired],
  }));

const plans = async ({ session }: GroupStack, step: typeof ec2 | typeof redundancy): Promise<string[]> =>
  (await step.plan(session.contextFor(step))).map(
    ({ action, subject, reason }) => `${action} ${subject}: ${reason?.en}`,
  );

const tagsOfMembers = async ({ ports }: GroupStack): Promise<(string | undefined)[]> =>
  (await ports.compute.findInstances(stackName))
    .filter(({ state, tags }) => state === "running" && tags["aws:autoscaling:groupName"] !== undefined)
    .map(({ tags }) => tags[expiryTag]);

describe("the end of a group", () => {
  it("is set before the group has hosts, whose own life it is not", async () => {
    const stack = await startGroupStack();
    const end = later(stack, 60);
    setEnd(stack, end);
    const { autoScaling } = stack.ports;
    const updates: number[] = [];
    const update: typeof autoScaling.updateGroup = autoScaling.updateGroup.bind(autoScaling);
    autoScaling.updateGroup = async (request) => {
      updates.push(request.hosts);
      // Not one host is there before this.
      expect(stack.sandbox.world.autoscaling.data.groups[name]?.desired).toBe(0);
      expect(scheduled(stack)).toEqual([{ startAt: end, sizes: [0, 0, 0] }]);
      await update(request);
    };
    await stack.apply(2);
    expect(updates).toEqual([2]);
    const { instances } = stack.sandbox.world.ec2.data;
    const members = Object.values(instances).filter(({ state }) => state === "running");
    expect(members.map(({ shutdownBehavior }) => shutdownBehavior)).toEqual(["stop", "stop"]);
    expect(members.map(({ userData = "" }) => Buffer.from(userData, "base64").includes("expiry"))).toEqual([
      false,
      false,
    ]);
    expect(await tagsOfMembers(stack)).toEqual([end, end]);
    // From the group, which can be told another: a template's version says the same for ever.
    const { launchTemplates } = stack.sandbox.world.ec2.data;
    expect(JSON.stringify(Object.values(launchTemplates))).not.toContain(end);
    expect(await plans(stack, redundancy)).toEqual([]);
    expect(stack.session.store.state.expiresAt).toBe(end);
  });

  it("is moved and taken away, first of all, without replacing a host", async () => {
    const stack = await startGroupStack();
    await stack.apply(2);
    const hosts = stack.session.store.state.hosts.map(({ instanceId }) => instanceId);
    const change = async (wanted: string | undefined, words: string) => {
      setEnd(stack, wanted);
      expect(await plans(stack, ec2)).toEqual([`update autoscaling:group hosts: ends at ${words}`]);
      expect(await plans(stack, redundancy)).toEqual([`update autoscaling:group hosts: ends at ${words}`]);
      // Step ec2 is the first of every run: what fails after it leaves no host with an old end.
      await ec2.apply(stack.session.contextFor(ec2));
      for (const step of [ec2, redundancy]) expect(await plans(stack, step)).toEqual([]);
      expect(new Set(await tagsOfMembers(stack))).toEqual(new Set([wanted ?? "never"]));
    };
    const [first, second] = [later(stack, 60), later(stack, 90)];
    await change(first, first);
    await change(second, second);
    expect(scheduled(stack)).toEqual([{ startAt: second, sizes: [0, 0, 0] }]);
    // This step alone moves it, too, and the tags with it.
    const third = later(stack, 100);
    setEnd(stack, third);
    await stack.apply(2);
    for (const step of [ec2, redundancy]) expect(await plans(stack, step)).toEqual([]);
    await change(second, second);
    // More of them go by the same end.
    await stack.apply(3);
    expect(await tagsOfMembers(stack)).toEqual([second, second, second]);
    await change(undefined, "never");
    expect(scheduled(stack)).toEqual([]);
    expect(stack.ran.filter((script) => script.includes("expiry"))).toEqual([]);
    const now = stack.session.store.state.hosts.map(({ instanceId }) => instanceId);
    expect(now).toEqual(expect.arrayContaining(hosts));
  });

  it("that somebody changed is set right", async () => {
    const stack = await startGroupStack();
    const end = later(stack, 60);
    setEnd(stack, end);
    await stack.apply(2);
    const [action] = Object.values(stack.sandbox.world.autoscaling.data.scheduled);
    Object.assign(action ?? {}, { max: 1 });
    expect(await plans(stack, redundancy)).toEqual([`update autoscaling:group hosts: ends at ${end}`]);
    await stack.apply();
    expect(scheduled(stack)).toEqual([{ startAt: end, sizes: [0, 0, 0] }]);
  });

  it("ends all hosts; a new one brings as many back", async () => {
    const stack = await startGroupStack();
    // Requests are signed with the real time: less than a quarter of an hour in all.
    setEnd(stack, later(stack, 4));
    await stack.apply(3);
    const { session, sandbox } = stack;
    while (sandbox.world.autoscaling.data.groups[name]?.desired !== 0) await session.clock.sleep(20_000);
    for (let look = 0; look < 4; look++) await session.clock.sleep(20_000);
    const running = () => Object.values(sandbox.world.ec2.data.instances).filter(({ state }) => state === "running");
    expect(running()).toEqual([]);
    expect(sandbox.world.autoscaling.data.groups[name]).toMatchObject({ min: 0, max: 0, desired: 0 });

    // Something new was installed on the host that is built anew: nobody needs hosts of the old image first.
    const again = later(stack, 60);
    setEnd(stack, again);
    Object.assign(session.settings, { hosts: undefined });
    session.recordOf("ec2").output = { ...(await ec2.apply(session.contextFor(ec2))) };
    const [host] = running();
    await stack.ports.compute.tagInstance(host?.id ?? "", { "lecture05:recipe:puma": "another" });
    await stack.apply();
    expect(sandbox.world.autoscaling.data.refreshes).toEqual({});
    expect(session.store.state.hosts).toHaveLength(3);
    expect(scheduled(stack)).toEqual([{ startAt: again, sizes: [0, 0, 0] }]);
    expect(sandbox.world.autoscaling.data.groups[name]).toMatchObject({ min: 3, desired: 3 });
  });

  it("that has passed lets nothing be launched", async () => {
    const stack = await startGroupStack();
    setEnd(stack, new Date(stack.session.clock.now().getTime() - 1000).toISOString());
    const failure: unknown = await stack.apply(2).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Lecture05Error);
    expect(failure).toMatchObject({ code: "STACK_EXPIRED" });
    expect(stack.sandbox.world.autoscaling.data.groups).toEqual({});
  });

  it("that passes while the image is being made lets no group be made, either", async () => {
    const stack = await startGroupStack();
    const { clock } = stack.session;
    setEnd(stack, new Date(clock.now().getTime() + 60_000).toISOString());
    const { images } = stack.ports;
    const wait = images.waitUntilAvailable.bind(images);
    images.waitUntilAvailable = async (id, timeoutMs) => {
      await wait(id, timeoutMs);
      await clock.sleep(61_000);
    };
    await expect(stack.apply(2)).rejects.toMatchObject({ code: "STACK_EXPIRED" });
    expect(stack.sandbox.world.autoscaling.data.groups).toEqual({});
  });

  it("is found again where the state was lost, and goes with the group", async () => {
    const stack = await startGroupStack();
    const end = later(stack, 60);
    setEnd(stack, end);
    await stack.apply(2);
    const { session, sandbox } = stack;
    const adoptedEnd = async () => (await ec2.adopt(session.contextFor(ec2)))?.expiresAt;
    await stack.ports.expiry.tag(stackName, undefined);
    expect(await adoptedEnd()).toBe(end);
    // Without it the tags tell what was wanted, and the proof of step redundancy that it is missing.
    await stack.ports.expiry.tag(stackName, end);
    await stack.ports.autoScaling.setEnd(name, undefined);
    expect(await adoptedEnd()).toBe(end);
    expect(await plans(stack, redundancy)).toEqual([`update autoscaling:group hosts: ends at ${end}`]);
    await stack.ports.autoScaling.setEnd(name, end);
    await redundancy.destroy(session.contextFor(redundancy), { keepBucket: false, deleteData: false });
    const { groups } = sandbox.world.autoscaling.data;
    expect({ groups, scheduled: scheduled(stack) }).toEqual({ groups: {}, scheduled: [] });
  });
});
