import { describe, expect, it } from "vitest";
import { deploy, rollback } from "../../src/deploy/deploy.ts";
import { followHosts } from "../../src/engine/follow-hosts.ts";
import { keepHeld } from "../../src/engine/hold-replacement.ts";
import { restoreLeftovers } from "../../src/engine/undo.ts";
import { redundancy } from "../../src/steps/redundancy.ts";
import { first, startDeployStack, type DeployStack } from "./stack.ts";

/** As a process that is killed before the n-th of these scripts: nothing of it asks, sends or saves any more. */
async function killBefore(stack: DeployStack, script: string, nth: number): Promise<void> {
  let [isDead, seen] = [false, 0];
  const { ports, session } = stack;
  for (const [name, port] of Object.entries(ports) as [keyof typeof ports, object][]) {
    const guarded = new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          if (isDead) return Promise.reject(new Error("killed"));
          return Reflect.apply(value, target, args) as unknown;
        };
      },
    });
    Object.assign(ports, { [name]: guarded });
  }
  const save = session.store.save.bind(session.store);
  session.store.save = async (now) => (isDead ? undefined : save(now));
  stack.onScript = (name) => {
    if (name === script && ++seen === nth) isDead = true;
    if (isDead) throw new Error("killed");
  };
  stack.application("two");
  await expect(deploy(session)).rejects.toThrow("killed");
  isDead = false;
  stack.onScript = () => {};
  stack.reopen();
}

/** What a command does before its own work. */
async function begin(stack: DeployStack): Promise<void> {
  keepHeld(stack.session);
  await restoreLeftovers(stack.session);
  await followHosts(stack.session);
}

async function expectWhole(stack: DeployStack, release: string): Promise<void> {
  const { store, ports } = stack.session;
  const { hosts, deployment, undo } = store.state;
  expect(stack.running()).toEqual(hosts.map(() => release));
  expect([deployment?.current.release, deployment?.pending, deployment?.hosts, undo]).toEqual([
    release,
    undefined,
    {},
    undefined,
  ]);
  const group = await ports.loadBalancing.findTargetGroup("mine", "mine");
  const health = await ports.loadBalancing.targetHealth(group?.arn ?? "");
  expect(health.map(({ state }) => state)).toEqual(hosts.map(() => "healthy"));
  for (const { standIn, aside, env, link } of stack.models.values()) {
    expect([standIn, aside]).toEqual([undefined, false]);
    expect(env).toBe(link);
  }
  expect(stack.faults).toEqual([]);
}

const twoHosts: [string, number][] = [
  ["prepare-aside", 2],
  ["migrate", 1],
  ["configure-app", 1],
  ["prepare-release", 1],
  ["start-puma", 1],
  // The looks before anything and those after each switch.
  ["probe-release", 3],
  ["configure-app", 2],
  ["start-puma", 2],
  ["sync-disk", 1],
];

describe.each(twoHosts)("a deploy to two hosts that was killed before %s (%i)", (script, nth) => {
  it("is brought to its end by the next one", async () => {
    const stack = await startDeployStack(2);
    await killBefore(stack, script, nth);
    await begin(stack);
    await deploy(stack.session);
    await expectWhole(stack, stack.session.store.state.deployment?.current.release ?? "");
    expect(stack.running()).not.toContain(first);
    const { session } = stack;
    expect(await redundancy.plan(session.contextFor(redundancy))).toEqual([]);
  });

  it("is taken back by a rollback", async () => {
    const stack = await startDeployStack(2);
    await killBefore(stack, script, nth);
    await begin(stack);
    await rollback(stack.session);
    await expectWhole(stack, first);
  });
});

it("a deploy that was killed while Puma started waits for it, and takes it for no failure", async () => {
  const stack = await startDeployStack(2);
  // The look that follows the switch of the first host.
  await killBefore(stack, "probe-release", 3);
  let isStarting = true;
  stack.distort = (probes) => (isStarting && probes.link !== first ? { ...probes, up: "502" } : probes);
  stack.onScript = (name) => {
    if (name === "start-puma") isStarting = false;
  };
  await begin(stack);
  await deploy(stack.session);
  await expectWhole(stack, stack.session.store.state.deployment?.current.release ?? "");
  expect(stack.running()).not.toContain(first);
});

const oneHost: [string][] = [
  ["start-stand-in"],
  ["hand-over"],
  ["configure-app"],
  ["prepare-release"],
  ["start-puma"],
  ["end-stand-in"],
];

describe.each(oneHost)("a deploy to the only host that was killed before %s", (script) => {
  it.each([
    ["is brought to its end by the next one", deploy, false],
    ["is taken back by a rollback", rollback, true],
  ])("%s", async (_name, command, isBack) => {
    const stack = await startDeployStack(1);
    await killBefore(stack, script, 1);
    await begin(stack);
    await command(stack.session);
    expect(stack.running().includes(first)).toBe(isBack);
    await expectWhole(stack, stack.running()[0] ?? "");
  });
});
