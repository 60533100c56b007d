import { describe, expect, it } from "vitest";
import { deploy, rollback } from "../../src/deploy/deploy.ts";
import { hostScriptsPlan } from "../../src/steps/host-scripts.ts";
import { backup } from "../../src/steps/backup.ts";
import { lacksImage } from "../../src/steps/backup/host-image.ts";
import { puma } from "../../src/steps/puma.ts";
import { redundancy } from "../../src/steps/redundancy.ts";
import { errorOf, first, startDeployStack, type DeployStack } from "./stack.ts";

const releaseOf = (stack: DeployStack): string => stack.session.store.state.deployment?.current.release ?? "";
const imagesOf = ({ sandbox }: DeployStack) => Object.values(sandbox.world.ec2.data.images);
const failedChecks = ({ events }: DeployStack): string[] =>
  events.flatMap((event) => (event.type === "check" && !event.check.ok ? [event.check.name] : []));

describe("a deploy to one host with backups", () => {
  async function started() {
    const stack = await startDeployStack(1);
    Object.assign(stack.session.recordOf("backup"), { status: "done", output: { bucket: "mine-backup" } });
    return stack;
  }

  it("begins an image of the new release, and keeps the last three", async () => {
    const stack = await started();
    const { images } = stack.ports;
    images.waitUntilAvailable = () => expect.fail("nobody is kept waiting");
    for (const content of ["two", "three", "four", "five"]) {
      for (const image of imagesOf(stack)) {
        Object.assign(image, { createdAt: new Date(Date.parse(image.createdAt) - 60_000).toISOString() });
      }
      stack.application(content);
      expect(await deploy(stack.session)).toMatchObject({ kind: "done" });
      expect(stack.scripts.at(-1)).toMatch(/^sync-disk /);
    }
    expect(imagesOf(stack)).toHaveLength(3);
    expect(await lacksImage(stack.session.contextFor(backup))).toBe(false);
    // There is one of the release before.
    await rollback(stack.session);
    expect(imagesOf(stack)).toHaveLength(3);
    expect(await lacksImage(stack.session.contextFor(backup))).toBe(false);
  });

  it("is done also when no image can be made, and says so", async () => {
    const stack = await started();
    stack.ports.images.createImage = () => Promise.reject(new Error("ResourceLimitExceeded"));
    stack.application("two");
    expect(await deploy(stack.session)).toMatchObject({ kind: "done" });
    const said = stack.events.flatMap((event) => (event.type === "step.progress" ? [event.message.en] : []));
    expect(said).toContainEqual(
      expect.stringMatching(/^no image of it was made, the next lecture05 up makes one: .*ResourceLimitExceeded/),
    );
    expect(await lacksImage(stack.session.contextFor(backup))).toBe(true);
  });

  it("makes none for who keeps no backups", async () => {
    const stack = await startDeployStack(1);
    stack.application("two");
    await deploy(stack.session);
    expect(imagesOf(stack)).toEqual([]);
  });
});

describe("a deploy to two hosts", () => {
  it("changes one after the other, out of rotation, and what the group launches from then on", async () => {
    const stack = await startDeployStack(2);
    stack.application("two");
    const outcome = await deploy(stack.session);
    const { state } = stack.session.store;
    const second = releaseOf(stack);
    expect(outcome).toMatchObject({
      kind: "done",
      record: { from: first, to: second, migrations: 1, outcome: "done" },
    });
    expect([stack.running(), stack.faults]).toEqual([[second, second], []]);
    const ids = state.hosts.map(({ instanceId }) => instanceId);
    const switches = stack.scripts.filter((line) => /^(start-puma|migrate|prepare-aside) /.test(line));
    expect(switches).toEqual([
      ...ids.map((id) => `prepare-aside ${id}`),
      `migrate ${ids[0]}`,
      ...ids.map((id) => `start-puma ${id}`),
    ]);
    expect(state.deployment).toMatchObject({ hosts: {}, previous: { release: first, recipe: "recipe-a" } });
    expect([state.deployment?.pending, state.undo]).toEqual([undefined, undefined]);
    expect(imagesOf(stack)).toHaveLength(2);

    // Nothing is left for `up` to do, and it takes nothing back.
    const ctx = stack.session.contextFor(redundancy);
    expect(await redundancy.plan(ctx)).toEqual([]);
    expect(await puma.plan(stack.session.contextFor(puma))).toEqual([]);
    stack.application("three");
    expect(await puma.plan(stack.session.contextFor(puma))).toEqual([]);

    // A host that is lost comes back with the release that was deployed.
    const [lost = ""] = ids;
    await stack.ports.compute.terminateInstance(lost);
    for (let look = 0; look < 20; look++) await stack.session.clock.sleep(1000);
    const { instances, tags } = stack.sandbox.world.ec2.data;
    const present = Object.values(instances).filter(({ state: it }) => it === "running");
    const recipes = present.map(({ id }) => tags[id]?.["lecture05:recipe:puma"]);
    expect(recipes).toEqual([state.deployment?.current.recipe, state.deployment?.current.recipe]);
  });

  it("lets no visitor of a network load balancer keep a connection to the host that changes", async () => {
    const stack = await startDeployStack(2);
    const ofHost = (id: string): (string | undefined)[] =>
      stack.scripts.filter((line) => line.endsWith(id)).map((line) => line.split(" ")[0]);
    const [id = ""] = stack.session.store.state.hosts.map(({ instanceId }) => instanceId);
    stack.application("two");
    await deploy(stack.session);
    expect(ofHost(id)).not.toContain("close-kept-connections");

    stack.scripts.length = 0;
    Object.assign(stack.session.recordOf("alb").output as object, { kind: "nlb", addresses: [] });
    let isRegistered = true;
    stack.onScript = (name, instanceId) => {
      const groups = Object.values(stack.sandbox.world.elbv2.data.targetGroups);
      const inRotation = groups.flatMap(({ targets }) => targets.filter(({ drainedAt }) => drainedAt === undefined));
      if (name === "close-kept-connections" && instanceId === id) isRegistered = inRotation.some((it) => it.id === id);
    };
    stack.application("three");
    await deploy(stack.session);
    const names = ofHost(id);
    expect(names[names.indexOf("configure-app") - 1]).toBe("close-kept-connections");
    // Earlier their next connection could lead here again.
    expect(isRegistered).toBe(false);
  });

  it("rolls back to the release and the image before, and forth again", async () => {
    const stack = await startDeployStack(2);
    stack.application("two");
    await deploy(stack.session);
    const second = releaseOf(stack);
    const known = imagesOf(stack).map(({ id }) => id);
    expect(await rollback(stack.session)).toMatchObject({ record: { command: "rollback", to: first, migrations: 0 } });
    expect([stack.running(), stack.faults]).toEqual([[first, first], []]);
    expect(imagesOf(stack).map(({ id }) => id)).toEqual(known);
    expect(await redundancy.plan(stack.session.contextFor(redundancy))).toEqual([]);
    await rollback(stack.session);
    expect(stack.running()).toEqual([second, second]);
    expect(stack.session.store.state.deployment?.records.map(({ to }) => to)).toEqual([second, first, second]);
  });

  it("keeps one image for the way back and no more", async () => {
    const stack = await startDeployStack(2);
    for (const content of ["two", "three", "four"]) {
      stack.application(content);
      await deploy(stack.session);
    }
    expect(imagesOf(stack)).toHaveLength(2);
  });

  it("has nothing to do for the release that serves", async () => {
    const stack = await startDeployStack(2);
    stack.application("two");
    await deploy(stack.session);
    stack.scripts.length = 0;
    expect(await deploy(stack.session)).toEqual({ kind: "nothing", release: releaseOf(stack) });
    expect(stack.scripts.every((line) => line.startsWith("probe-release "))).toBe(true);
  });

  it("goes back when a page is an error, before a second host has it", async () => {
    const stack = await startDeployStack(2);
    stack.application("bad");
    stack.onScript = (name, id) => {
      // Whatever this release is called: its page is an error.
      if (name === "start-puma") stack.broken.add(stack.models.get(id)?.link ?? "");
      stack.broken.delete(first);
    };
    const error = await errorOf(deploy(stack.session));
    expect([error.code, error.detail.what.en]).toEqual([
      "DEPLOY_FAILED",
      expect.stringContaining(`has release ${first} again`),
    ]);
    expect(error.detail.why?.en).toContain("GET / through Nginx: 500");
    expect([stack.running(), stack.faults]).toEqual([[first, first], []]);
    const touched = new Set(stack.scripts.filter((line) => line.startsWith("start-puma ")));
    expect(touched.size).toBe(1);
    const { deployment, undo } = stack.session.store.state;
    expect(deployment).toMatchObject({ current: { release: first }, hosts: {}, records: [{ outcome: "went-back" }] });
    expect([deployment?.pending, undo]).toEqual([undefined, undefined]);
    // The failed release takes no place among those that are kept.
    expect([...stack.models.values()].every(({ there }) => there.size === 1)).toBe(true);
    expect(imagesOf(stack)).toHaveLength(1);
  });

  it.each([
    ["release-runs", { running: "cccccccccccc" }],
    ["up-through-nginx", { up: "502" }],
    ["page-through-nginx", { page: "500" }],
    ["page-names-release", { named: "cccccccccccc" }],
    ["asset-through-nginx", { stylesheet: "404 text/html" }],
  ])("sees by %s that a host does not serve the new release", async (name, wrong) => {
    const stack = await startDeployStack(2);
    stack.application("two");
    stack.distort = (probes) => (probes.link === first ? probes : { ...probes, ...wrong });
    const error = await errorOf(deploy(stack.session));
    expect([error.code, failedChecks(stack)]).toEqual(["DEPLOY_FAILED", [name]]);
    expect([stack.running(), stack.faults]).toEqual([[first, first], []]);
  });

  it("sees when the load balancer does not take the host back", async () => {
    const stack = await startDeployStack(2);
    stack.application("two");
    stack.onScript = (name, id) => {
      const isNew = stack.models.get(id)?.link !== first;
      if (name === "start-puma" && isNew) stack.ill.add(id);
      if (name === "start-puma" && !isNew) stack.ill.delete(id);
    };
    await errorOf(deploy(stack.session));
    expect([failedChecks(stack), stack.running()]).toEqual([["in-rotation"], [first, first]]);
  });

  it("sees when visitors get another release from the host than it should have", async () => {
    const stack = await startDeployStack(2);
    stack.application("two");
    const ask = stack.ports.http.request.bind(stack.ports.http);
    stack.ports.http.request = async (url, options) => {
      const answer = await ask(url, options);
      if (answer.kind !== "answer") return answer;
      const html = Buffer.from(answer.body).toString("utf8");
      return { ...answer, body: Buffer.from(html.replace(/<dd>[0-9a-f]{12}</, `<dd>${first}<`)) };
    };
    await errorOf(deploy(stack.session));
    expect([failedChecks(stack), stack.running()]).toEqual([["serves-visitors"], [first, first]]);
  });

  it.each(["install-gems", "prepare-aside", "migrate"])("switches nothing when %s fails", async (name) => {
    const stack = await startDeployStack(2);
    stack.application("two");
    stack.failing.add(name);
    const error = await errorOf(deploy(stack.session));
    expect(error.detail.what.en).toContain("nothing was switched");
    expect(error.detail.why?.en).toContain(`${name} broke`);
    expect(stack.running()).toEqual([first, first]);
    expect(stack.scripts.filter((line) => /^(configure-app|start-puma) /.test(line))).toEqual([]);
  });

  it("ends at a Ctrl-C with the host that it has begun, and goes on", async () => {
    const stack = await startDeployStack(2);
    stack.application("two");
    let fire = true;
    // The stage's clock has no shield of its own.
    const { session } = stack;
    Object.assign(session.clock, {
      throwIfInterrupted: () => {},
      async shielded<T>(work: () => Promise<T>): Promise<T> {
        return work();
      },
    });
    stack.onScript = (name) => {
      if (name === "start-puma" && fire) stack.controller.abort();
      if (name === "start-puma") fire = false;
    };
    const error = await errorOf(deploy(session));
    expect([error.code, stack.running().filter((it) => it === first)]).toEqual(["INTERRUPTED", [first]]);
    expect(session.store.state.deployment).toMatchObject({ pending: { command: "deploy" } });
    expect(stack.faults).toEqual([]);
  });
});

describe("a deploy to the only host", () => {
  it("never takes it out of rotation: another Puma answers meanwhile", async () => {
    const stack = await startDeployStack(1);
    stack.application("two");
    await deploy(stack.session);
    const second = releaseOf(stack);
    expect([stack.running(), stack.faults]).toEqual([[second], []]);
    const names = stack.scripts.map((line) => line.split(" ")[0]);
    expect(names.slice(names.indexOf("start-stand-in"))).toEqual([
      "start-stand-in",
      "hand-over",
      "configure-app",
      "prepare-release",
      "start-puma",
      "probe-release",
      "end-stand-in",
    ]);
    await rollback(stack.session);
    expect([stack.running(), stack.faults]).toEqual([[first], []]);
  });

  it("asks a release for its page before any visitor does", async () => {
    const stack = await startDeployStack(1);
    stack.application("bad");
    stack.onScript = (name, id) => {
      for (const release of stack.models.get(id)?.there ?? []) if (release !== first) stack.broken.add(release);
      if (name === "configure-app") throw new Error("too late");
    };
    const error = await errorOf(deploy(stack.session));
    expect([error.code, error.detail.why?.en]).toEqual([
      "DEPLOY_FAILED",
      expect.stringContaining("start-stand-in broke"),
    ]);
    expect([stack.running(), stack.faults]).toEqual([[first], []]);
  });
});

describe("a deploy is refused, and nothing is touched,", () => {
  it.each([
    ["before all steps are done", (it: DeployStack) => (it.session.recordOf("s3").status = "failed")],
    ["while maintenance is on", (it: DeployStack) => (it.session.store.state.maintenance = true)],
    ["where a host's page is an error", (it: DeployStack) => it.broken.add(first)],
    ["where SSM does not reach a host", (it: DeployStack) => (it.ports.shell.online = async () => [])],
  ])("%s", async (_when, spoil) => {
    const stack = await startDeployStack(2);
    stack.application("two");
    spoil(stack);
    expect((await errorOf(deploy(stack.session))).code).toBe("DEPLOY_REFUSED");
    expect(stack.scripts.filter((line) => !line.startsWith("probe-release "))).toEqual([]);
    expect(stack.session.store.state.deployment).toBeUndefined();
  });

  it("with a target that is not healthy", async () => {
    const stack = await startDeployStack(1);
    stack.application("two");
    stack.ill.add(stack.session.store.state.hosts[0]?.instanceId ?? "");
    for (let look = 0; look < 5; look++) await stack.session.clock.sleep(5000);
    const error = await errorOf(deploy(stack.session));
    expect([error.code, error.detail.why?.en]).toEqual(["DEPLOY_REFUSED", expect.stringContaining("unhealthy")]);
  });

  it("when it is a rollback without a release before, or one that is gone", async () => {
    const stack = await startDeployStack(2);
    expect((await errorOf(rollback(stack.session))).code).toBe("DEPLOY_REFUSED");
    stack.application("two");
    await deploy(stack.session);
    for (const { there } of stack.models.values()) there.delete(first);
    expect((await errorOf(rollback(stack.session))).detail.why?.en).toContain(`Release ${first} is not there`);
  });
});

it("is no matter of a step beyond the lecture that never came to its end", async () => {
  const stack = await startDeployStack(1);
  stack.application("two");
  stack.session.recordOf("database").status = "failed";
  expect(await deploy(stack.session)).toMatchObject({ kind: "done" });
});

it("a release that step puma puts in place by itself ends what was known of deploys", async () => {
  const stack = await startDeployStack(1);
  stack.application("two");
  await deploy(stack.session);
  const id = stack.session.store.state.hosts[0]?.instanceId ?? "";
  // Another host, or somebody who changed it by hand: the deployed mark is not on it.
  await stack.ports.compute.tagInstance(id, { "lecture05:recipe:puma": "other" });
  const ctx = stack.session.contextFor(puma);
  expect((await puma.plan(ctx)).length).toBeGreaterThan(0);
  expect(await hostScriptsPlan(ctx, "puma", [], ["other"])).toEqual([]);
});
