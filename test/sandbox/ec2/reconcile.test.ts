import { RunInstancesCommand, StopInstancesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { syncWithHosts } from "../../../src/sandbox/ec2/host-sync.ts";
import { reconcileEc2 } from "../../../src/sandbox/ec2/reconcile.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { describeInstance, launchInput, makeNetwork, runInstance, startEc2Sandbox } from "./ec2-sandbox.ts";

describe("what happened behind EC2's back", () => {
  it("describes an instance whose container was removed as terminated, and one that shut down as stopped", async () => {
    const sandbox = await startEc2Sandbox();
    const network = await makeNetwork(sandbox);
    const gone = (await runInstance(sandbox, network)).InstanceId ?? "";
    const stopped = (await runInstance(sandbox, network)).InstanceId ?? "";
    const ended =
      (await runInstance(sandbox, network, { InstanceInitiatedShutdownBehavior: "terminate" })).InstanceId ?? "";
    sandbox.runtime.hosts.delete(gone);
    for (const id of [stopped, ended]) await sandbox.runtime.stopHost(id);
    await syncWithHosts(sandbox.world, { force: true });
    await sandbox.world.ec2.transitions.idle();
    expect((await describeInstance(sandbox.ec2, gone)).State?.Name).toBe("terminated");
    expect(await describeInstance(sandbox.ec2, stopped)).toMatchObject({
      State: { Name: "stopped" },
      StateReason: { Code: "Client.InstanceInitiatedShutdown" },
    });
    expect((await describeInstance(sandbox.ec2, ended)).State?.Name).toBe("terminated");
    expect([...sandbox.runtime.hosts.keys()]).toEqual([stopped]);
  });

  it("leaves a host that went down with the engine as it was: it is being brought back", async () => {
    const sandbox = await startEc2Sandbox();
    const network = await makeNetwork(sandbox);
    const terminating = { InstanceInitiatedShutdownBehavior: "terminate" } as const;
    const { InstanceId = "" } = await runInstance(sandbox, network, terminating);
    sandbox.runtime.hostStates = () => Promise.resolve(new Map([[InstanceId, "down"]]));
    await syncWithHosts(sandbox.world, { force: true });
    expect((await describeInstance(sandbox.ec2, InstanceId)).State?.Name).toBe("running");
    expect(sandbox.runtime.hosts.has(InstanceId)).toBe(true);
  });

  it("keeps the last known states when Docker does not answer", async () => {
    const sandbox = await startEc2Sandbox();
    const { InstanceId = "" } = await runInstance(sandbox, await makeNetwork(sandbox));
    sandbox.runtime.hostStates = () => Promise.reject(new Error("no engine"));
    await syncWithHosts(sandbox.world, { force: true });
    expect((await describeInstance(sandbox.ec2, InstanceId)).State?.Name).toBe("running");
  });

  it("forgets a terminated instance after an hour", async () => {
    let now = new Date();
    const sandbox = await startEc2Sandbox({ now: () => now });
    const network = await makeNetwork(sandbox);
    sandbox.runtime.failNext.set("launchHost", new Error("no"));
    const { InstanceId = "" } = await runInstance(sandbox, network);
    now = new Date(now.getTime() + 3_601_000);
    // Requests are signed with the real time.
    await syncWithHosts(sandbox.world);
    expect(sandbox.world.ec2.instance(InstanceId)).toBeUndefined();
  });
});

describe("a restart of the daemon", () => {
  it("finds everything again, launches what was pending, and applies the packet filters", async () => {
    const home = temporaryDirectory();
    const before = await startEc2Sandbox({ home });
    const network = await makeNetwork(before);
    const alive = (await runInstance(before, network)).InstanceId ?? "";
    const vanished = (await runInstance(before, network)).InstanceId ?? "";
    // Killed in the middle of a launch and of a stop.
    before.runtime.launchHost = () => new Promise(() => {});
    before.runtime.stopHost = () => new Promise(() => {});
    const launched = await before.ec2.send(new RunInstancesCommand(launchInput(network)));
    const pending = launched.Instances?.[0]?.InstanceId ?? "";
    await before.ec2.send(new StopInstancesCommand({ InstanceIds: [alive] }));
    before.world.ec2.transitions.idle = () => Promise.resolve();

    const after = await startEc2Sandbox({ home });
    const host = before.runtime.hosts.get(alive);
    if (host) after.runtime.hosts.set(alive, host);
    await reconcileEc2(after.world);
    await after.world.ec2.transitions.idle();
    expect((await describeInstance(after.ec2, alive)).State?.Name).toBe("stopped");
    expect((await describeInstance(after.ec2, vanished)).State?.Name).toBe("terminated");
    expect((await describeInstance(after.ec2, pending)).State?.Name).toBe("running");
    expect([...after.runtime.firewalls.keys()].sort()).toEqual([`host:${alive}`, `host:${pending}`].sort());
  });
});
