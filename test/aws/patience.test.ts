import { DescribeVpcsCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { GetCommandInvocationCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import { translateError } from "../../src/aws/translate-error.ts";
import { behaviourNames, type Behaviour } from "../../src/sandbox/realism/names.ts";
import { Realism } from "../../src/sandbox/realism/realism.ts";
import { LoadedDice } from "../support/loaded-dice.ts";
import { ManualTime } from "../support/manual-time.ts";
import { make } from "../support/stack-parts.ts";
import { bucket, stack, startStage, type Stage, type StageOptions } from "../support/stage.ts";

// Each behaviour of the sandbox alone: what it does to a call, and that the tool copes. The first half of a pair is the
// same work without the counter-measure, and fails.

type Throws = ConstructorParameters<typeof LoadedDice>[0];

/** AWS's times go by while the tool sleeps, and only then: what is late is late on a machine of any speed. */
async function stageOf(behaviour: Behaviour, throws: Throws = {}, options: StageOptions = {}) {
  const time = new ManualTime();
  const without = behaviourNames.filter((name) => name !== behaviour);
  const dice = new LoadedDice(throws);
  const realism = new Realism({ seed: 1, timeScale: 1, without }, { dice, isExempt: () => false, time });
  const stage = await startStage({ ...options, realism, time });
  return { stage, realism, time, shown: () => realism.behaviours.shown.get(behaviour) ?? 0 };
}

const vpc = { stack, step: "ec2", name: "vpc" } as const;
const impatient = { patience: { busyMs: 0, notYetMs: 0 } };
/** The SDK's own pauses take real time. */
const alone = { maxAttempts: 1 };
const burst = { "long burst": [0] };

describe.each([
  ["throttling", { "throttling DescribeVpcs": [0], ...burst }, "RequestLimitExceeded", "AWS_THROTTLED"],
  [
    "server-errors",
    { "server-errors DescribeVpcs": [0], "kind of error": Array.from({ length: 9 }, () => 0), ...burst },
    "InternalError",
    "AWS_REQUEST_FAILED",
  ],
] as const)("%s", (behaviour, throws, name, code) => {
  it("fails when nobody is patient", async () => {
    const { stage, shown } = await stageOf(behaviour, throws, { ...impatient, ...alone });
    const failing = stage.ports.network.findVpcs(stack);
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name });
    expect(translateError(error)?.code).toBe(code);
    expect(shown()).toBe(1);
  });

  it("is overcome, and said what is waited for", async () => {
    const said: string[] = [];
    const patience = { onWait: ({ en }: { en: string }) => said.push(en) };
    const { stage, shown } = await stageOf(behaviour, throws, { patience, ...alone });
    await expect(stage.ports.network.findVpcs(stack)).resolves.toEqual([]);
    expect(shown()).toBe(8);
    expect(said[0]).toMatch(/\(ec2 DescribeVpcs: \w+\); trying again in 1 s, 0 s so far/);
  });
});

describe("eventual-reads", () => {
  it("fails when not found means not found", async () => {
    const { stage } = await stageOf("eventual-reads", {}, impatient);
    const { id } = await stage.ports.network.createVpc(vpc, "10.5.0.0/16");
    await expect(stage.ports.network.enableDnsHostnames(id)).rejects.toMatchObject({ name: "InvalidVpcID.NotFound" });
  });

  it("is overcome for what was made just now, and for that alone", async () => {
    const { stage, shown } = await stageOf("eventual-reads", {}, { patience: { notYetMs: 600_000 } });
    const { id } = await stage.ports.network.createVpc(vpc, "10.5.0.0/16");
    await stage.ports.network.enableDnsHostnames(id);
    expect(shown()).toBeGreaterThan(0);
    const before = stage.waitedMs();
    await expect(stage.ports.network.enableDnsHostnames("vpc-0123456789abcdef0")).rejects.toMatchObject({
      name: "InvalidVpcID.NotFound",
    });
    expect(stage.waitedMs()).toBe(before);
  });

  it("does not take a role for the instance profile of its name", async () => {
    const stage = await startStage();
    await make(stage, ["role"]);
    const before = stage.waitedMs();
    await expect(stage.ports.identity.findInstanceProfile(stack, `${stack}-host`)).resolves.toBeUndefined();
    expect(stage.waitedMs()).toBe(before);
  });

  it("does not go on for ever about what is really gone", async () => {
    const stage = await startStage();
    const { id } = await stage.ports.network.createVpc(vpc, "10.5.0.0/16");
    delete stage.sandbox.world.ec2.data.vpcs[id];
    const before = stage.waitedMs();
    await expect(stage.ports.network.enableDnsHostnames(id)).rejects.toMatchObject({ name: "InvalidVpcID.NotFound" });
    expect(stage.waitedMs() - before).toBeGreaterThanOrEqual(60_000);
    expect(stage.waitedMs() - before).toBeLessThan(90_000);
  });
});

describe("lost-answers", () => {
  const vpcsIn = ({ sandbox }: Stage): number => Object.keys(sandbox.world.ec2.data.vpcs).length;

  it("make a second one when a call is just repeated", async () => {
    const { stage } = await stageOf("lost-answers", { lost: [0] });
    await (await stage.clients.ec2()).send(new CreateVpcCommand({ CidrBlock: "10.5.0.0/16" }));
    expect(vpcsIn(stage)).toBe(2);
  });

  it("count as done where a repeat is told that it is one too many", async () => {
    const { stage, shown } = await stageOf("lost-answers", { "lost AddRoleToInstanceProfile": [0] });
    await make(stage, ["profile-role"]);
    expect(shown()).toBe(1);
    const profile = await stage.ports.identity.findInstanceProfile(stack, `${stack}-host`);
    expect(profile?.roleNames).toEqual([`${stack}-host`]);
  });

  it("are overcome by looking first", async () => {
    const { stage, shown } = await stageOf("lost-answers", { lost: [0] });
    await stage.ports.network.createVpc(vpc, "10.5.0.0/16");
    expect([vpcsIn(stage), shown()]).toEqual([1, 1]);
  });
});

describe("late-timeouts", () => {
  const silent = { silent: [0] };

  it("are silence for as long as it takes", async () => {
    const { stage, time } = await stageOf("late-timeouts", silent, { answerTimeoutMs: 0 });
    const creating = stage.ports.network.createVpc(vpc, "10.5.0.0/16").then(() => "made");
    const soon = new Promise((resolve) => setTimeout(() => resolve("still silent"), 200));
    await expect(Promise.race([creating, soon])).resolves.toBe("still silent");
    const going = setInterval(() => time.advance(10_000), 10);
    await creating.finally(() => clearInterval(going));
  });

  // Nobody sleeps so long that the silence would end by itself.
  it("are given up, and what was made meanwhile is found", async () => {
    const { stage, shown } = await stageOf("late-timeouts", silent, { answerTimeoutMs: 50 });
    const { id } = await stage.ports.network.createVpc(vpc, "10.5.0.0/16");
    expect(Object.keys(stage.sandbox.world.ec2.data.vpcs)).toEqual([id]);
    expect(shown()).toBe(1);
    expect(stage.waitedMs()).toBeLessThan(20_000);
  });
});

describe("boot and late-profile", () => {
  it("is pending, which a wait without time says", async () => {
    const { stage } = await stageOf("boot");
    const { instance = "" } = await make(stage, ["instance"]);
    await expect(stage.ports.compute.waitUntilRunning(instance, 0)).rejects.toMatchObject({
      code: "WAIT_TIMED_OUT",
      detail: { why: { en: expect.stringContaining("pending") } },
    });
    await expect(stage.ports.compute.waitUntilRunning(instance, 300_000)).resolves.toMatchObject({ state: "running" });
  });

  it("EC2 refuses a profile that is too new, and takes it in the end", async () => {
    const { stage, shown } = await stageOf("late-profile");
    const { instance } = await make(stage, ["instance"]);
    expect(instance).toMatch(/^i-/);
    // Each of them would have been the end of a launch that is tried once.
    expect(shown()).toBeGreaterThan(0);
  });
});

describe("late-ssm and late-invocation", () => {
  const reachable = ["target", "role-policy", "associations"] as const;
  const send = (InstanceId: string) =>
    new SendCommandCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [InstanceId],
      Parameters: { commands: ["true"] },
    });

  it("refuses commands for a host that SSM has not heard of; who waits is taken", async () => {
    const { stage } = await stageOf("late-ssm");
    const { instance = "" } = await make(stage, reachable);
    const ssm = await stage.clients.ssm();
    await expect(ssm.send(send(instance))).rejects.toMatchObject({ name: "InvalidInstanceId" });
    await expect(stage.ports.shell.waitUntilOnline(instance, 0)).rejects.toMatchObject({ code: "WAIT_TIMED_OUT" });
    await stage.ports.shell.waitUntilOnline(instance, 300_000);
    await expect(ssm.send(send(instance))).resolves.toMatchObject({ Command: { InstanceIds: [instance] } });
  });

  it("does not know a command right after it was sent; who waits gets its result", async () => {
    const { stage } = await stageOf("late-invocation");
    stage.sandbox.runtime.onExec = () => ({ exitCode: 0, stdout: Buffer.from("exit 0\n"), stderr: Buffer.from("") });
    const { instance = "" } = await make(stage, reachable);
    await stage.ports.shell.waitUntilOnline(instance, 300_000);
    const ssm = await stage.clients.ssm();
    const { Command } = await ssm.send(send(instance));
    const asked = new GetCommandInvocationCommand({ CommandId: Command?.CommandId, InstanceId: instance });
    await expect(ssm.send(asked)).rejects.toMatchObject({ name: "InvocationDoesNotExist" });
    const script = { name: "probe", title: { en: "x", ja: "x" }, text: "true", timeoutMs: 10_000 };
    await expect(stage.ports.shell.run(instance, script)).resolves.toMatchObject({ exitCode: 0 });
  });
});

describe("load balancers", () => {
  it("are provisioning for a while, and active for who waits", async () => {
    const { stage } = await stageOf("slow-load-balancer");
    const { loadBalancer = "" } = await make(stage, ["load-balancer"]);
    const { loadBalancing } = stage.ports;
    await expect(loadBalancing.waitUntilActive(loadBalancer, 0)).rejects.toMatchObject({
      code: "WAIT_TIMED_OUT",
      detail: { why: { en: expect.stringContaining("provisioning") } },
    });
    await expect(loadBalancing.waitUntilActive(loadBalancer, 600_000)).resolves.toMatchObject({ state: "active" });
  });

  it("are deleted at once while they are being set up", async () => {
    const { stage } = await stageOf("slow-load-balancer");
    const { loadBalancer = "" } = await make(stage, ["load-balancer"]);
    await expect(stage.ports.loadBalancing.deleteLoadBalancer(loadBalancer)).resolves.toBe("deleted");
  });

  it("leave interfaces behind that hold the subnets; destroy waits until they are gone", async () => {
    const { stage, shown } = await stageOf("lingering-interfaces");
    const made = await make(stage, ["load-balancer"]);
    await stage.ports.loadBalancing.deleteLoadBalancer(made.loadBalancer ?? "");
    await expect(stage.ports.network.deleteSubnet(made.subnets[0] ?? "")).resolves.toBe("in-use");
    await expect(stage.destroy()).resolves.toMatchObject({ kept: [] });
    expect(Object.keys(stage.sandbox.world.ec2.data.networkInterfaces)).toEqual([]);
    expect(shown()).toBe(1);
  });
});

describe("late-logs", () => {
  it("keep an emptied bucket from being deleted once; destroy empties it again", async () => {
    const { stage, shown } = await stageOf("late-logs", { "late-logs": [0, 0, 0] });
    await make(stage, ["bucket-settings"]);
    const { objectStorage } = stage.ports;
    await objectStorage.emptyBucket(bucket);
    await expect(objectStorage.deleteBucket(bucket)).resolves.toBe("in-use");
    await expect(stage.destroy()).resolves.toMatchObject({ kept: [] });
    expect(stage.sandbox.world.s3.all()).toEqual([]);
    expect(shown()).toBe(2);
  });
});

describe("no-capacity", () => {
  it("is an error of its own with what helps", async () => {
    const { stage } = await stageOf("no-capacity", { "no-capacity": [0], "full zone": [0] });
    await expect(make(stage, ["instance"])).rejects.toMatchObject({
      code: "INSTANCE_CAPACITY",
      detail: { why: { en: expect.stringMatching(/^We currently do not have sufficient t3.small capacity/) } },
    });
  });
});

describe("clock-skew", () => {
  it("is taken over from the first refusal", async () => {
    const { stage, realism } = await stageOf("clock-skew", { "clock-skew": [0], ahead: [0], minutes: [0.5] });
    expect(realism.clock(new Date(0), "AKIDNOBODY").getTime()).toBe(40 * 60_000);
    // One attempt only, which is what a client without the correction has.
    const { EC2Client } = await import("@aws-sdk/client-ec2");
    const bare = new EC2Client(stage.sandbox.clientConfig());
    await expect(bare.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ name: "RequestExpired" });
    bare.destroy();
    await expect(stage.ports.network.findVpcs(stack)).resolves.toEqual([]);
  });
});

describe("expired-credentials", () => {
  it("is an end with the command that renews them; the next command goes on", async () => {
    const { stage } = await stageOf("expired-credentials", { expires: [0], session: [0] });
    const error = await (async () => {
      for (let call = 0; call < 30; call++) await make(stage, ["role-policy"]);
    })().catch((thrown: unknown) => thrown);
    const translated = translateError(error);
    expect(translated?.code).toBe("CREDENTIALS_EXPIRED");
    // It is the sandbox that ended them: `aws sso login` would renew nothing.
    expect(translated?.detail.next).toEqual([
      { en: expect.stringContaining("nobody has to sign in"), ja: expect.any(String) },
      { en: expect.stringContaining("run the same command again"), ja: expect.any(String) },
    ]);
    await stage.ports.identity.caller();
    await expect(stage.ports.network.findVpcs(stack)).resolves.toEqual([]);
  });
});
