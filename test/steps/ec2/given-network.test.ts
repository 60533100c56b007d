import { describe, expect, it } from "vitest";
import type { LookedAtSubnet, SecurityGroup } from "../../../src/ports/network.ts";
import { givenNetwork, whyUnusable } from "../../../src/steps/ec2/given-network.ts";

const subnet = (letter: string, other: Partial<LookedAtSubnet> = {}): LookedAtSubnet => ({
  id: `subnet-${letter}`,
  name: "",
  vpcId: "vpc-theirs",
  vpcCidr: "10.77.0.0/16",
  cidr: "10.77.1.0/24",
  availabilityZone: `ap-northeast-1${letter}`,
  gatewayId: "igw-1",
  stack: undefined,
  ...other,
});
const ids = ["subnet-a", "subnet-c"];
const two = [subnet("a"), subnet("c")];

it("takes public subnets of one VPC in two zones", () => {
  expect(whyUnusable(ids, two, undefined)).toBeUndefined();
  expect(whyUnusable(ids, two, "vpc-theirs")).toBeUndefined();
});

it.each([
  ["that is not there", ids, [subnet("a")], undefined, "There is no subnet subnet-c in this region"],
  ["of another VPC", ids, two, "vpc-other", "subnet-a is in vpc-theirs, not in vpc-other"],
  [
    "of two VPCs",
    ids,
    [subnet("a"), subnet("c", { vpcId: "vpc-2" })],
    undefined,
    "subnet-c is in vpc-2, not in vpc-theirs",
  ],
  ["of a stack", ids, [subnet("a"), subnet("c", { stack: "demo" })], undefined, "belongs to the stack demo"],
  ["without a way out", ids, [subnet("a"), subnet("c", { gatewayId: undefined })], undefined, "no route 0.0.0.0/0"],
  ["alone", ["subnet-a"], [subnet("a")], undefined, "in each of at least two zones"],
  [
    "in the same zone",
    ids,
    [subnet("a"), { ...subnet("c"), availabilityZone: "ap-northeast-1a" }],
    undefined,
    "two zones",
  ],
])("does not take one %s", (_what, named, found, vpc, why) => {
  expect(whyUnusable(named, found, vpc)?.en).toContain(why);
  expect(whyUnusable(named, found, vpc)?.ja).toMatch(/[ぁ-んァ-ヶ一-龠]/);
});

describe("a stack", () => {
  const group: SecurityGroup = { id: "sg-1", name: "host", vpcId: "vpc-theirs", ingress: [] };
  const own = { id: "vpc-own", cidr: "10.5.0.0/16" };
  const find = (
    subnets: readonly string[] | undefined,
    observed: Parameters<typeof givenNetwork>[1],
    recorded?: readonly string[],
  ) => {
    const settings = { allow: undefined, instanceType: "t3.small", appDirectory: "/", subnets };
    const network = { lookAtSubnets: async () => two };
    return givenNetwork({ stack: "demo", settings, ports: { network } as never }, observed, recorded);
  };
  const why = (promise: Promise<unknown>) => expect(promise).rejects.toMatchObject({ code: "NETWORK_UNUSABLE" });

  it("gets a VPC of its own where none is given", async () => {
    expect(await find(undefined, { vpc: undefined, groups: [] })).toBeUndefined();
    expect(await find(undefined, { vpc: own, groups: [{ ...group, vpcId: own.id }] })).toBeUndefined();
  });

  it("stands in the given one, and stays there when it is not named again", async () => {
    const expected = { id: "vpc-theirs", cidr: "10.77.0.0/16" };
    expect((await find(ids, { vpc: undefined, groups: [] }))?.vpc).toEqual(expected);
    const again = await find(undefined, { vpc: undefined, groups: [group] }, ids);
    expect(again?.subnets.map(({ name }) => name)).toEqual(["public-a", "public-c"]);
  });

  it("cannot move", async () => {
    await why(find(ids, { vpc: own, groups: [] }));
    await why(find(ids, { vpc: undefined, groups: [{ ...group, vpcId: "vpc-elsewhere" }] }));
    // It was made there, and neither the state nor the command line says in which subnets.
    await why(find(undefined, { vpc: undefined, groups: [group] }));
  });
});
