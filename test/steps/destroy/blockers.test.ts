import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { exitCodeOf, Lecture05Error } from "../../../src/errors.ts";
import { attachInterface, detachInterface } from "../../../src/sandbox/ec2/interfaces.ts";
import type { Leftover } from "../../../src/steps/step.ts";
import { make, type Made } from "../../support/stack-parts.ts";
import { holdings, stack, startStage, type Stage } from "../../support/stage.ts";

const network = ["associations", "rules"] as const;

/** The error that a destroy ends with, and what it told of each leftover. */
async function leftBy(stage: Stage): Promise<{ lines: string[]; ja: string[]; told: Map<string, Leftover> }> {
  stage.events.length = 0;
  const error = await stage.destroy().then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof Lecture05Error)) throw new Error(`no DESTROY_INCOMPLETE: ${String(error)}`);
  expect(exitCodeOf(error.code)).toBe(3);
  const told = stage.events.flatMap((event) => (event.type === "destroy.leftover" ? [event.leftover] : []));
  return {
    lines: error.detail.why?.en.split("\n") ?? [],
    ja: error.detail.why?.ja.split("\n") ?? [],
    told: new Map(told.map((leftover) => [leftover.id, leftover])),
  };
}

/** Somebody's instance in our subnet, in our group. */
async function squat(stage: Stage, { subnets, groups }: Made): Promise<string> {
  const launch = {
    ImageId: await stage.ports.compute.resolveImage("/aws/service/debian/release/13/latest/amd64"),
    InstanceType: "t3.small" as const,
    MinCount: 1,
    MaxCount: 1,
    TagSpecifications: [{ ResourceType: "instance" as const, Tags: [{ Key: "Name", Value: "squatter" }] }],
    NetworkInterfaces: [
      { DeviceIndex: 0, SubnetId: subnets[0], Groups: [groups.host ?? ""], AssociatePublicIpAddress: true },
    ],
  };
  const { Instances } = await (await stage.clients.ec2()).send(new RunInstancesCommand(launch));
  return Instances?.[0]?.InstanceId ?? "";
}

describe("somebody's instance in our VPC", () => {
  it("is named with its interface, its owner and since when, and is not touched", async () => {
    const stage = await startStage();
    const made = await make(stage, network);
    const instance = await squat(stage, made);
    const { lines, ja, told } = await leftBy(stage);

    const { data } = stage.sandbox.world.ec2;
    const [eni] = Object.values(data.networkInterfaces);
    const since = (eni?.attachedAt ?? "").slice(0, 16).replace("T", " ");
    const inWay = `network interface ${eni?.id} "squatter" (of ${instance}; not made by lecture05; since ${since} UTC)`;
    expect(lines).toContain(`ec2:security-group ${made.groups.host}: in use by ${inWay}; waited 10 s`);
    // What the same interface keeps is not waited for again.
    expect(lines).toContain(`ec2:subnet ${made.subnets[0]}: in use by ${inWay}`);
    expect(stage.waitedMs()).toBeLessThan(15_000);
    expect(ja.find((line) => line.includes(made.groups.host ?? "?"))).toBe(
      `ec2:security-group ${made.groups.host}: 使用中です: ネットワークインターフェイス ${eni?.id}「squatter」` +
        `(${instance} が使用、lecture05 が作成したものではない、${since} UTC から) (10 秒待ちました)`.replace(
          "(",
          " (",
        ),
    );
    expect(told.get(made.vpc ?? "")?.blockers).toContainEqual({
      type: "ec2:network-interface",
      id: eni?.id,
      description: "squatter",
      owner: instance,
      since: new Date(eni?.attachedAt ?? ""),
    });

    // What nothing hung on is gone, what is somebody's stands.
    expect(data.instances[instance]?.state).not.toBe("terminated");
    expect(Object.keys(data.subnets)).toEqual([made.subnets[0]]);
    expect(holdings(stage)).not.toContain(made.tables[0]);
    expect(stage.events.at(-1)).toMatchObject({ type: "run.finished", outcome: "failed", left: 3 });

    await (await stage.clients.ec2()).send(new TerminateInstancesCommand({ InstanceIds: [instance] }));
    await stage.sandbox.world.ec2.transitions.idle();
    await stage.destroy();
    expect(holdings(stage)).toEqual([]);
  });
});

describe("what else is somebody's", () => {
  it("a group whose rule names ours, and a subnet", async () => {
    const stage = await startStage();
    const { vpc = "", groups } = await make(stage, network);
    const ec2 = await stage.clients.ec2();
    const create = { VpcId: vpc, GroupName: "theirs", Description: "x" };
    const { GroupId } = await ec2.send(new CreateSecurityGroupCommand(create));
    const UserIdGroupPairs = [{ GroupId: groups.host }];
    const IpPermissions = [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, UserIdGroupPairs }];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    const TagSpecifications = [
      { ResourceType: "subnet" as const, Tags: [{ Key: "lecture05:stack", Value: "theirs" }] },
    ];
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: vpc, CidrBlock: "10.5.200.0/24", TagSpecifications }),
    );

    const { lines } = await leftBy(stage);
    expect(lines).toContain(
      `ec2:security-group ${groups.host}: in use by security group ${GroupId} "theirs" (not made by lecture05); waited 10 s`,
    );
    const vpcLine = lines.find((line) => line.startsWith("ec2:vpc ")) ?? "";
    expect(vpcLine).toContain(`subnet ${Subnet?.SubnetId} (of the stack theirs)`);
    expect(vpcLine).toContain(`security group ${GroupId} "theirs"`);
    expect(holdings(stage)).toEqual(expect.arrayContaining([GroupId, Subnet?.SubnetId]));
  });

  it("a load balancer that sends to our target group", async () => {
    const stage = await startStage();
    const { loadBalancing } = stage.ports;
    const made = await make(stage, ["load-balancer", "target-group"]);
    const theirs = await loadBalancing.createLoadBalancer(
      { stack: "theirs", step: "alb", name: "load-balancer" },
      { name: "theirs", subnetIds: made.subnets, groupIds: [made.groups.loadBalancer ?? ""] },
    );
    const listener = { port: 80, protocol: "HTTP", targetGroupArn: made.targetGroup ?? "" } as const;
    await loadBalancing.createListener({ stack: "theirs", step: "alb", name: "http" }, theirs.arn, listener);
    const { lines } = await leftBy(stage);
    expect(lines[0]).toMatch(/^ec2:/);
    expect(lines.find((line) => line.startsWith("elbv2:target-group"))).toContain(
      `in use by load balancer ${theirs.arn} "app/theirs/`,
    );
    expect(holdings(stage)).toContain(theirs.arn);
    expect(holdings(stage)).not.toContain(made.loadBalancer);
  });
});

/** An interface as ELB makes them: AWS keeps it for minutes after the load balancer is gone. */
async function elbInterface(stage: Stage, { vpc = "", subnets, groups }: Made, name = stack): Promise<string> {
  const { id } = await attachInterface(stage.sandbox.world, {
    vpcId: vpc,
    subnetId: subnets[0] ?? "",
    groupIds: [groups.loadBalancer ?? ""],
    description: `ELB app/${name}/50dc6c495c0c9188`,
    requesterId: "amazon-elb",
    member: { kind: "load-balancer", id: "50dc6c495c0c9188" },
  });
  return id;
}

describe("interfaces of a load balancer", () => {
  it("that is gone are waited for, for minutes", async () => {
    const stage = await startStage();
    const eni = await elbInterface(stage, await make(stage, network));
    let isThere = true;
    stage.onSleep = async (waitedMs) => {
      if (!isThere || waitedMs < 4 * 60_000) return;
      isThere = false;
      await detachInterface(stage.sandbox.world, eni);
    };
    await stage.destroy();
    expect(holdings(stage)).toEqual([]);
    expect(stage.waitedMs()).toBeGreaterThanOrEqual(4 * 60_000);
    const said = stage.events.flatMap((event) => (event.type === "step.progress" ? [event.message.en] : []));
    expect(said.at(-1)).not.toBe("");
    expect(said.find((text) => text.includes(eni))).toMatch(
      /^ec2:security-group sg-\w+ is in use by network interface eni-\w+ "ELB app\/mine\/50dc6c495c0c9188" \(of amazon-elb; since .* UTC\)$/,
    );
  });

  it("are given up after ten minutes, once and not for each thing that they keep", async () => {
    const stage = await startStage();
    const made = await make(stage, network);
    const eni = await elbInterface(stage, made);
    const { lines } = await leftBy(stage);
    expect(lines.find((line) => line.includes(made.groups.loadBalancer ?? "?"))).toMatch(
      new RegExp(`in use by network interface ${eni} .*of amazon-elb.*; waited 60\\d s$`),
    );
    expect(stage.waitedMs()).toBeLessThan(11 * 60_000);
  });

  it("that is somebody's are not waited for", async () => {
    const stage = await startStage();
    await elbInterface(stage, await make(stage, network), "theirs");
    const { lines } = await leftBy(stage);
    expect(lines.join("\n")).toContain('"ELB app/theirs/50dc6c495c0c9188" (of amazon-elb; since');
    expect(stage.waitedMs()).toBeLessThan(15_000);
  });

  it("that may not be deleted are not waited for either", async () => {
    const stage = await startStage();
    const made = await make(stage, ["listener", "rules", "role", "bucket"]);
    const record = stage.sandbox.world.elbv2.data.loadBalancers[made.loadBalancer ?? ""];
    if (record) record.attributes["deletion_protection.enabled"] = "true";
    const { lines } = await leftBy(stage);
    expect(lines).toContain(
      `elbv2:load-balancer ${made.loadBalancer}: OperationNotPermittedException: Load balancer '${made.loadBalancer}' cannot be deleted because deletion protection is enabled`,
    );
    expect(stage.waitedMs()).toBeLessThan(15_000);
    // It went on: nothing hung on these.
    const left = holdings(stage).join(" ");
    expect(left).not.toContain("-host");
    expect(left).not.toContain(made.targetGroup);

    if (record) record.attributes["deletion_protection.enabled"] = "false";
    await stage.destroy();
    expect(holdings(stage)).toEqual([]);
  });
});

describe("an instance that may not be terminated", () => {
  it("is named, and what hangs on it is not waited for", async () => {
    const stage = await startStage();
    const { instance } = await make(stage, ["instance", "target-group", "role"]);
    const { compute } = stage.ports;
    const terminate = compute.terminateInstance.bind(compute);
    const why = `The instance '${instance}' may not be terminated. Modify its 'disableApiTermination' attribute`;
    compute.terminateInstance = () =>
      Promise.reject(Object.assign(new Error(why), { name: "OperationNotPermitted", $fault: "client" }));
    const { lines } = await leftBy(stage);
    expect(lines).toContain(`ec2:instance ${instance}: OperationNotPermitted: ${why}`);
    expect(lines.find((line) => line.startsWith("ec2:subnet"))).toContain(`(of ${instance}; of this stack; since`);
    expect(stage.waitedMs()).toBeLessThan(20_000);
    compute.terminateInstance = terminate;
    await stage.destroy();
    expect(holdings(stage)).toEqual([]);
  });
});

describe("a question that AWS refuses", () => {
  it("keeps one kind of thing from being seen, and nothing else from being deleted", async () => {
    const stage = await startStage();
    const made = await make(stage, ["associations", "role", "bucket"]);
    const { network: port } = stage.ports;
    const findSubnets = port.findSubnets.bind(port);
    const denied = Object.assign(new Error("not you"), { name: "UnauthorizedOperation" });
    port.findSubnets = () => Promise.reject(denied);
    const { lines } = await leftBy(stage);
    expect(lines).toContain(`ec2:subnet ${made.subnets[0]}: still exists`);
    expect(lines.find((line) => line.startsWith("ec2:vpc"))).toContain(`in use by subnet ${made.subnets[0]}`);
    expect(lines.find((line) => line.startsWith("step ec2:"))).toContain("UnauthorizedOperation: not you");
    expect(holdings(stage).filter((id) => id.startsWith("igw-") || id.startsWith("mine-"))).toEqual([]);
    port.findSubnets = findSubnets;
    await stage.destroy();
    expect(holdings(stage)).toEqual([]);
  });
});

describe("Ctrl-C while waiting", () => {
  it("ends at once, records what went and says so", async () => {
    const stage = await startStage();
    await elbInterface(stage, await make(stage, network));
    stage.onSleep = (waitedMs) => {
      if (waitedMs > 30_000) stage.controller.abort();
    };
    await expect(stage.destroy()).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(stage.waitedMs()).toBeLessThan(40_000);
    expect(stage.events.at(-1)).toMatchObject({ type: "run.finished", outcome: "interrupted" });
  });
});
