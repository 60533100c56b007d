import { expect, it } from "vitest";
import { explainReplacement, hostIdsOf } from "../../src/engine/replaced-meanwhile.ts";
import { verify } from "../../src/engine/verify.ts";
import { Lecture05Error } from "../../src/errors.ts";
import type { Ports } from "../../src/ports/index.ts";
import { openToySession, ToyCloud, toyStep } from "../support/memory-session.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

/** Two hosts of a group, of which the second can be ended while somebody is at work. */
function start() {
  const ids = ["i-1", "i-2"];
  const instance = (id: string) => ({
    id,
    state: "running",
    availabilityZone: "zone-a",
    privateIp: "10.5.1.10",
    instanceType: "t3.small",
    tags: { "aws:autoscaling:groupName": "toy-hosts" },
  });
  const ports = { compute: { findInstances: async () => ids.map(instance) } } as unknown as Ports;
  const cloud = new ToyCloud();
  const steps = (["puma", "nginx", "alb"] as const).map((name) => toyStep(name, [], cloud));
  const session = openToySession(temporaryDirectory(), steps, new AbortController(), ports);
  const hosts = ids.map((instanceId) => ({ instanceId, availabilityZone: "zone-a", privateIp: "10.5.1.10" }));
  session.store.state.hosts = hosts;
  const output = {
    id: "it",
    vpcId: "vpc",
    publicSubnetIds: [],
    loadBalancerGroupId: "sg-1",
    hostGroupId: "sg-2",
    roleName: "host",
    hosts,
  };
  for (const { name } of steps) Object.assign(session.recordOf(name), { status: "done", output });
  session.recordOf("ec2").output = output;
  session.recordOf("redundancy").output = {
    groupName: "toy-hosts",
    launchTemplateId: "lt-1",
    launchTemplateVersion: 1,
    imageId: "ami-1",
    secretName: "secret",
    hosts: 2,
  };
  const unanswered = new Lecture05Error("INSTANCE_NOT_MANAGED", {
    what: { en: "SSM does not reach i-2", ja: "i-2 に接続できません" },
    why: { en: "ConnectionLost", ja: "ConnectionLost" },
    next: ["lecture05 diagnose"],
  });
  return { ids, session, steps, unanswered, end: () => void ids.splice(1, 1) };
}

it("says in a failure that a host was replaced meanwhile, and that the command can be run again", async () => {
  const { session, unanswered, end } = start();
  const before = hostIdsOf(session);
  expect(await explainReplacement(session, before, unanswered)).toBe(unanswered);
  end();
  const told = await explainReplacement(session, before, unanswered);
  expect(told).toMatchObject({ code: "INSTANCE_NOT_MANAGED", detail: { what: unanswered.detail.what } });
  const { why, next } = (told as Lecture05Error).detail;
  expect(why?.en).toBe(
    "ConnectionLost. Meanwhile the Auto Scaling group has ended i-2, and puts another host in its place",
  );
  expect(next).toEqual([{ en: "Run the same command again", ja: expect.any(String) as string }, "lecture05 diagnose"]);
  const bug = new TypeError("a bug");
  expect(await explainReplacement(session, before, bug)).toBe(bug);
  session.close();
});

it("looks again at the hosts that there are, at each step, and no more than once", async () => {
  const { session, steps, unanswered, end } = start();
  const looks: string[] = [];
  for (const step of steps) {
    step.verify = async (ctx) => {
      looks.push(step.name);
      if (looks.length > 3) return [step.check];
      await ctx.clock.sleep(5);
      end();
      throw unanswered;
    };
  }
  expect(await verify(session)).toEqual({ failed: 0, checked: 3 });
  expect(looks).toEqual(["puma", "nginx", "alb", "puma", "nginx", "alb"]);
  expect(session.store.state.hosts.map(({ instanceId }) => instanceId)).toEqual(["i-1"]);
  session.close();
});

it("fails where the hosts are those that they were", async () => {
  const { session, steps, unanswered } = start();
  let looks = 0;
  for (const step of steps) {
    step.verify = async () => {
      looks++;
      throw unanswered;
    };
  }
  expect(await verify(session)).toEqual({ failed: 3, checked: 0 });
  expect(looks).toBe(3);
  session.close();
});
