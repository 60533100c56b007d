import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { named, stand, startStack, type TestStack } from "./stack.ts";

let stack: TestStack;
beforeEach(async () => (stack = await startStack()));
afterEach(() => stack.stop());

const noneOf = "somebody-else";

describe("network", () => {
  it("tells zones, ranges in use and the caller's address", async () => {
    const { network } = stack;
    const zones = await network.availabilityZones();
    expect(zones.length).toBeGreaterThanOrEqual(2);
    expect(zones).toEqual(zones.toSorted());
    await network.createVpc(named("vpc"), "10.7.0.0/16");
    expect(await network.usedRanges()).toContain("10.7.0.0/16");
    expect(await network.callerAddress()).toBe("203.0.113.7");
  });

  it("takes nothing but an address for the caller's address", async () => {
    stack.callerAddress = "<html>sign in</html>";
    await expect(stack.network.callerAddress()).rejects.toMatchObject({ code: "AWS_UNREACHABLE" });
  });

  it("finds by tag what it made, and only that", async () => {
    const { network } = stack;
    const { vpcId, subnetIds } = await stand(stack);
    expect(await network.findVpc("mine")).toEqual({ id: vpcId, cidr: "10.5.0.0/16" });
    const subnets = await network.findSubnets("mine");
    expect(subnets.map(({ name }) => name).sort()).toEqual(["public-a", "public-c"]);
    expect((await network.findInternetGateway("mine"))?.attachedVpcId).toBe(vpcId);
    const [table, ...others] = await network.findRouteTables("mine");
    expect(others).toEqual([]);
    expect(table?.routes.map(({ destination }) => destination)).toContain("0.0.0.0/0");
    expect(table?.associations.map(({ subnetId }) => subnetId).sort()).toEqual([...subnetIds].sort());

    expect(await network.findVpc(noneOf)).toBeUndefined();
    expect(await network.findSubnets(noneOf)).toEqual([]);
    expect(await network.findInternetGateway(noneOf)).toBeUndefined();
    expect(await network.findRouteTables(noneOf)).toEqual([]);
    expect(await network.findSecurityGroups(noneOf)).toEqual([]);
  });

  it("gives a subnet another network ACL, and the one that it had again", async () => {
    const { network } = stack;
    const { vpcId, subnetIds } = await stand(stack);
    const had = await network.findSubnetAcls(subnetIds);
    expect(had.map(({ subnetId }) => subnetId).toSorted()).toEqual([...subnetIds].toSorted());
    expect(await network.findSubnetAcls(["subnet-00000000000000000"])).toEqual([]);
    expect(await network.findClosingAcls("mine")).toEqual([]);
    const acl = await network.createClosingAcl(named("drill-az"), vpcId);
    expect([await network.findClosingAcls("mine"), await network.findClosingAcls(noneOf)]).toEqual([[acl], []]);
    const { subnetId, aclId, associationId } = had[0] ?? { subnetId: "", aclId: "", associationId: "" };
    await network.replaceSubnetAcl(associationId, acl);
    const [now] = await network.findSubnetAcls([subnetId]);
    expect(now?.aclId).toBe(acl);
    // The association is another one by now: somebody was faster.
    await network.replaceSubnetAcl(associationId, acl);
    expect(await network.deleteAcl(acl)).toBe("in-use");
    await network.replaceSubnetAcl(now?.associationId ?? "", aclId);
    expect((await network.findSubnetAcls([subnetId]))[0]?.aclId).toBe(aclId);
    expect([await network.deleteAcl(acl), await network.deleteAcl(acl)]).toEqual(["deleted", "absent"]);
  });

  it("does things twice without harm", async () => {
    const { network } = stack;
    const { vpcId, subnetIds, groupId } = await stand(stack);
    await network.enableDnsHostnames(vpcId);
    const modified = () => stack.calls.filter(({ operation }) => operation === "ModifyVpcAttribute").length;
    const before = modified();
    await network.enableDnsHostnames(vpcId);
    expect(modified()).toBe(before);

    const gateway = await network.findInternetGateway("mine");
    await network.attachInternetGateway(gateway?.id ?? "", vpcId);
    const [table] = await network.findRouteTables("mine");
    await network.createRoute(table?.id ?? "", "0.0.0.0/0", gateway?.id ?? "");
    await network.associateRouteTable(table?.id ?? "", subnetIds[0]);
    const again = await network.createRouteTable(named("public"), vpcId, "token-table");
    expect(again.id).toBe(table?.id);
    expect(await network.findRouteTables("mine")).toEqual([table]);

    const rule = { protocol: "tcp", fromPort: 80, toPort: 80, source: { cidr: "203.0.113.7/32" } };
    const member = { ...rule, source: { groupId } };
    for (let round = 0; round < 2; round++) {
      await network.authorizeIngress(groupId, rule);
      await network.authorizeIngress(groupId, member);
    }
    const ingress = async () => (await network.findSecurityGroups("mine"))[0]?.ingress;
    expect(await ingress()).toHaveLength(2);
    expect(await ingress()).toEqual(expect.arrayContaining([rule, member]));
    for (let round = 0; round < 2; round++) await network.revokeIngress(groupId, member);
    expect(await ingress()).toEqual([rule]);
  });

  it("says when a range cannot be used", async () => {
    stack.sandbox.runtime.usedRanges.add("10.5.0.0/16");
    await expect(stack.network.createVpc(named("vpc"), "10.5.0.0/16")).rejects.toMatchObject({
      code: "VPC_RANGE_EXHAUSTED",
    });
    expect(await stack.network.findVpc("mine")).toBeUndefined();
  });

  it("takes everything down again, names what is in use, and finds nothing the second time", async () => {
    const { network } = stack;
    const { vpcId, subnetIds, groupId } = await stand(stack);
    const gateway = await network.findInternetGateway("mine");
    const [table] = await network.findRouteTables("mine");
    if (!gateway || !table) throw new Error("the stack is incomplete");
    expect(await network.deleteVpc(vpcId)).toBe("in-use");
    for (const expected of ["deleted", "absent"]) {
      expect(await network.deleteSecurityGroup(groupId)).toBe(expected);
      expect(await network.deleteRouteTable(table)).toBe(expected);
      expect(await network.deleteInternetGateway(gateway)).toBe(expected);
      for (const id of subnetIds) expect(await network.deleteSubnet(id)).toBe(expected);
      expect(await network.deleteVpc(vpcId)).toBe(expected);
    }
    expect(stack.sandbox.runtime.networks.size).toBe(0);
  });
});
