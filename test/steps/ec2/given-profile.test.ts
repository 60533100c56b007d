import { expect, it } from "vitest";
import type { LookedAtProfile } from "../../../src/ports/identity.ts";
import { bearsGiven, givenProfile, whyUnusable } from "../../../src/steps/ec2/given-profile.ts";

const role = { name: "their-role", arn: "arn:aws:iam::1:role/their-role", trustsEc2: true, hasPolicies: true };
const right: LookedAtProfile = { name: "theirs", role, stack: undefined };

it("takes a profile whose role EC2 may give, with policies", () => {
  expect(whyUnusable("theirs", right)).toBeUndefined();
});

it.each([
  ["that is not there", undefined, "There is no instance profile theirs"],
  ["of a stack", { ...right, stack: "demo" }, "belongs to the stack demo"],
  ["without a role", { name: "theirs", stack: undefined }, "has no role in it"],
  ["for another service", { ...right, role: { ...role, trustsEc2: false } }, "does not name ec2.amazonaws.com"],
  ["without any right", { ...right, role: { ...role, hasPolicies: false } }, "no policy at all"],
])("does not take one %s", (_what, profile, why) => {
  expect(whyUnusable("theirs", profile)?.en).toContain(why);
  expect(whyUnusable("theirs", profile)?.ja).toMatch(/[ぁ-んァ-ヶ一-龠]/);
});

const host = (profileName: string, state = "running") => ({ state, profileName }) as never;

const find = (instanceProfile: string | undefined, ...instances: never[]) => {
  const settings = { allow: undefined, instanceType: "t3.small", appDirectory: "/", instanceProfile };
  const ports = { identity: { lookAtInstanceProfile: async () => right } } as never;
  return givenProfile({ stack: "demo", settings, ports }, { instances });
};

it("is the named one, or the one that the hosts bear", async () => {
  const given = { name: "theirs", roleName: "their-role", roleArn: role.arn };
  expect(await find("theirs")).toEqual(given);
  expect(await find(undefined, host("theirs"))).toEqual(given);
  expect(await find(undefined)).toBeUndefined();
  expect(await find(undefined, host("demo-host"))).toBeUndefined();
  // One that has ended says nothing about the next.
  expect(await find(undefined, host("theirs", "terminated"))).toBeUndefined();
});

it("is not another than the hosts bear", async () => {
  await expect(find("theirs", host("demo-host"))).rejects.toMatchObject({ code: "PROFILE_UNUSABLE" });
});

it("is told from the stack's own", () => {
  expect(bearsGiven("demo", [host("demo-host")])).toBe(false);
  expect(bearsGiven("demo", [host("theirs")])).toBe(true);
});
