import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLoadBalancing } from "../../src/aws/load-balancing.ts";
import type { HealthCheck } from "../../src/ports/load-balancing.ts";
import { statistics } from "../sandbox/elbv2/support.ts";
import { makeProfile, named, stand, startStack, type Standing, type TestStack } from "./stack.ts";

let stack: TestStack;
let standing: Standing;
beforeEach(async () => {
  stack = await startStack();
  standing = await stand(stack);
});
afterEach(() => stack.stop());

const waitMs = 5000;
const healthCheck: HealthCheck = {
  path: "/up",
  matcher: "200",
  intervalSeconds: 5,
  timeoutSeconds: 4,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
};

const makeLoadBalancer = () =>
  stack.loadBalancing.createLoadBalancer(named("load-balancer", "alb"), {
    name: "mine",
    subnetIds: standing.subnetIds,
    groupIds: [standing.groupId],
  });

const makeTargetGroup = () =>
  stack.loadBalancing.createTargetGroup(named("hosts", "alb"), {
    name: "mine",
    vpcId: standing.vpcId,
    port: 80,
    healthCheck,
  });

async function runHost(): Promise<{ id: string; privateIp: string }> {
  await makeProfile(stack);
  const { id } = await stack.compute.runInstance(named("host-1"), {
    imageId: await stack.compute.resolveImage("/aws/service/debian/release/13/latest/amd64"),
    instanceType: "t3.small",
    subnetId: standing.subnetIds[0],
    groupIds: [standing.groupId],
    instanceProfileName: "mine-host",
    userData: "",
    volumeSizeGib: 20,
    clientToken: "token-1",
  });
  const { privateIp = "" } = await stack.compute.waitUntilRunning(id, waitMs);
  return { id, privateIp };
}

describe("load balancing", () => {
  it("goes from a VPC to a healthy target behind a load balancer, twice, and back to nothing", async () => {
    const { compute, loadBalancing, network, sandbox } = stack;
    const host = await runHost();
    sandbox.runtime.onLoadBalancerCommand = () => {
      const [group] = Object.keys(sandbox.world.elbv2.data.targetGroups);
      const backend = group?.split("/").slice(-2).join("-");
      return statistics({ [`${backend}/${host.privateIp}`]: { check: "L7OK", code: 200 } });
    };
    for (let round = 0; round < 2; round++) {
      const group = await makeTargetGroup();
      const loadBalancer = await makeLoadBalancer();
      const settings = { port: 80, protocol: "HTTP", targetGroupArn: group.arn } as const;
      const listener = await loadBalancing.createListener(named("http", "alb"), loadBalancer.arn, settings);
      expect(await loadBalancing.findListeners(loadBalancer.arn)).toEqual([{ arn: listener.arn, ...settings }]);
      await loadBalancing.registerTarget(group.arn, host.id, 80);
    }
    const found = await loadBalancing.findLoadBalancer("mine", "mine");
    const group = await loadBalancing.findTargetGroup("mine", "mine");
    if (!found || !group) throw new Error("not found");
    expect(found).toMatchObject({ vpcId: standing.vpcId, groupIds: [standing.groupId] });
    expect([...found.subnetIds].sort()).toEqual([...standing.subnetIds].sort());
    expect(group).toMatchObject({ port: 80, healthCheck, loadBalancerArns: [found.arn] });
    const listeners = await loadBalancing.findListeners(found.arn);
    expect(listeners).toHaveLength(1);
    expect((await loadBalancing.waitUntilActive(found.arn, waitMs)).state).toBe("active");
    let health = await loadBalancing.targetHealth(group.arn);
    while (health[0]?.state !== "healthy") health = await loadBalancing.targetHealth(group.arn);
    expect(health).toEqual([{ instanceId: host.id, port: 80, state: "healthy" }]);

    const interfaces = await network.findNetworkInterfaces(standing.vpcId);
    const ofLoadBalancer = interfaces.filter(({ description }) => description.startsWith("ELB app/mine/"));
    expect(ofLoadBalancer).toHaveLength(2);
    expect(await network.deleteSecurityGroup(standing.groupId)).toBe("in-use");

    expect(await loadBalancing.deleteTargetGroup(group.arn)).toBe("in-use");
    expect(await loadBalancing.deleteListener(listeners[0]?.arn ?? "")).toBe("deleted");
    expect(await loadBalancing.deleteListener(listeners[0]?.arn ?? "")).toBe("absent");
    expect(await loadBalancing.deleteLoadBalancer(found.arn)).toBe("deleted");
    expect(await loadBalancing.deleteLoadBalancer(found.arn)).toBe("absent");
    expect(await loadBalancing.deleteTargetGroup(group.arn)).toBe("deleted");
    expect(await loadBalancing.findListeners(found.arn)).toEqual([]);
    await loadBalancing.deregisterTarget(group.arn, host.id, 80);
    await compute.terminateInstance(host.id);
    await compute.waitUntilTerminated(host.id, waitMs);
    expect(await network.deleteSecurityGroup(standing.groupId)).toBe("deleted");
    expect(sandbox.runtime.loadBalancers.size).toBe(0);
    expect(sandbox.runtime.hosts.size).toBe(0);
  });

  it("makes a network load balancer under Elastic IPs, twice, and takes it back to nothing", async () => {
    const { loadBalancing, network } = stack;
    const addresses = [
      await network.allocateElasticIp(named("address-1", "alb")),
      await network.allocateElasticIp(named("address-2", "alb")),
    ];
    const make = () =>
      loadBalancing.createLoadBalancer(named("load-balancer", "alb"), {
        name: "mine",
        kind: "nlb",
        subnetIds: standing.subnetIds,
        groupIds: [standing.groupId],
        allocationIds: addresses.map(({ id }) => id),
      });
    const made = await make();
    expect((await make()).arn).toBe(made.arn);
    expect(made).toMatchObject({ kind: "nlb", dnsName: addresses[0]?.publicIp });
    expect(made.addresses).toEqual(
      addresses.map(({ id, publicIp }, index) => ({ subnetId: standing.subnetIds[index], allocationId: id, publicIp })),
    );
    await loadBalancing.balanceAcrossZones(made.arn);
    const request = { name: "mine", vpcId: standing.vpcId, port: 80, protocol: "TCP", healthCheck } as const;
    const group = await loadBalancing.createTargetGroup(named("hosts", "alb"), request);
    expect(group).toMatchObject({ protocol: "TCP", healthCheck });
    await loadBalancing.keepClientAddress(group.arn, false);
    const { elbv2 } = stack.sandbox.world;
    expect(elbv2.data.targetGroups[group.arn]?.attributes["preserve_client_ip.enabled"]).toBe("false");
    expect(elbv2.data.loadBalancers[made.arn]?.attributes["load_balancing.cross_zone.enabled"]).toBe("true");
    const settings = { port: 80, protocol: "TCP", targetGroupArn: group.arn } as const;
    const { arn } = await loadBalancing.createListener(named("http", "alb"), made.arn, settings);
    expect(await loadBalancing.findListeners(made.arn)).toEqual([{ arn, ...settings }]);

    const [first] = addresses;
    expect(await network.releaseElasticIp(first?.id ?? "")).toBe("in-use");
    expect((await network.findElasticIps("mine"))[0]).toMatchObject({ ...first, interfaceId: expect.any(String) });
    expect(await network.findElasticIps("other")).toEqual([]);
    expect(await loadBalancing.deleteLoadBalancer(made.arn)).toBe("deleted");
    for (const { id } of addresses) {
      expect(await network.releaseElasticIp(id)).toBe("deleted");
      expect(await network.releaseElasticIp(id)).toBe("absent");
    }
  });

  it("says what to do when there are no more Elastic IPs", async () => {
    for (let count = 0; count < 5; count += 1) await stack.network.allocateElasticIp(named(`address-${count}`, "alb"));
    await expect(stack.network.allocateElasticIp(named("address-5", "alb"))).rejects.toMatchObject({
      code: "ADDRESS_LIMIT",
    });
  });

  it("reads reasons, and takes a deregistered target out", async () => {
    const { loadBalancing } = stack;
    const host = await runHost();
    const group = await makeTargetGroup();
    await loadBalancing.registerTarget(group.arn, host.id, 80);
    expect(await loadBalancing.targetHealth(group.arn)).toEqual([
      {
        instanceId: host.id,
        port: 80,
        state: "unused",
        reason: "Target.NotInUse",
        description: "Target group is not configured to receive traffic from the load balancer",
      },
    ]);
    for (let round = 0; round < 2; round++) await loadBalancing.deregisterTarget(group.arn, host.id, 80);
    expect(await loadBalancing.targetHealth(group.arn)).toEqual([]);
  });

  it("changes health check and deregistration delay", async () => {
    const { loadBalancing } = stack;
    const group = await makeTargetGroup();
    const changed = { ...healthCheck, path: "/health", matcher: "200-399" };
    await loadBalancing.updateHealthCheck(group.arn, changed);
    await loadBalancing.setDeregistrationDelay(group.arn, 30);
    expect((await loadBalancing.findTargetGroup("mine", "mine"))?.healthCheck).toEqual(changed);
    const { attributes } = stack.sandbox.world.elbv2.data.targetGroups[group.arn] ?? {};
    expect(attributes?.["deregistration_delay.timeout_seconds"]).toBe("30");
    // Made with the settings of before: the one that is there is ours, so it is taken.
    expect((await makeTargetGroup()).arn).toBe(group.arn);
  });

  it("points a listener that is there to the target group that is wanted", async () => {
    const { loadBalancing } = stack;
    const loadBalancer = await makeLoadBalancer();
    const first = await makeTargetGroup();
    const second = await loadBalancing.createTargetGroup(named("others", "alb"), {
      name: "mine-2",
      vpcId: standing.vpcId,
      port: 80,
      healthCheck,
    });
    const listen = (targetGroupArn: string) =>
      loadBalancing.createListener(named("http", "alb"), loadBalancer.arn, {
        port: 80,
        protocol: "HTTP",
        targetGroupArn,
      });
    const made = await listen(first.arn);
    expect((await listen(second.arn)).arn).toBe(made.arn);
    expect(await loadBalancing.findListeners(loadBalancer.arn)).toEqual([
      { arn: made.arn, port: 80, protocol: "HTTP", targetGroupArn: second.arn },
    ]);
  });

  it("leaves alone what carries another stack's tag", async () => {
    const { loadBalancing } = stack;
    await makeLoadBalancer();
    await makeTargetGroup();
    const refused = { code: "NAME_TAKEN", message: expect.stringMatching(/not this stack's/) };
    await expect(loadBalancing.findLoadBalancer("theirs", "mine")).rejects.toMatchObject(refused);
    await expect(loadBalancing.findTargetGroup("theirs", "mine")).rejects.toMatchObject(refused);
    expect(await loadBalancing.findLoadBalancer("theirs", "theirs")).toBeUndefined();
    expect(await loadBalancing.findTargetGroup("theirs", "theirs")).toBeUndefined();
  });

  it("waits in vain with the last state, and not at all for one that failed", async () => {
    let now = 0;
    const clock = {
      now: () => new Date(now),
      sleep: (ms: number) => {
        now += ms;
        return Promise.resolve();
      },
    };
    const loadBalancing = createLoadBalancing(stack.clients, { clock, pollMs: 1000, callerAddressUrl: "" });
    const arn = "arn:aws:elasticloadbalancing:ap-northeast-1:000000000000:loadbalancer/app/none/0123456789abcdef";
    await expect(loadBalancing.waitUntilActive(arn, 3000)).rejects.toMatchObject({
      code: "WAIT_TIMED_OUT",
      detail: { why: { en: "After 3 s: LoadBalancerNotFound" } },
    });
    stack.sandbox.runtime.failNext.set("launchLoadBalancer", new Error("no room"));
    const made = await makeLoadBalancer();
    await expect(stack.loadBalancing.waitUntilActive(made.arn, waitMs)).rejects.toMatchObject({
      code: "AWS_REQUEST_FAILED",
      detail: { why: { en: expect.stringContaining("no room") } },
    });
  });
});
