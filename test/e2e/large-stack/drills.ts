import { DescribeNetworkAclsCommand } from "@aws-sdk/client-ec2";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { collect } from "../../support/installed-package.ts";
import { clientsOf } from "../../support/sandbox-access.ts";
import { until } from "../../support/stack.ts";
import type { LargeStack } from "./large-stack.ts";

/** Subnets that have another network ACL than their VPC's. */
async function cutSubnets({ tool }: LargeStack): Promise<number> {
  const Filters = [{ Name: "default", Values: ["false"] }];
  const { NetworkAcls = [] } = await (
    await (await clientsOf(tool)).ec2()
  ).send(new DescribeNetworkAclsCommand({ Filters }));
  return NetworkAcls.flatMap(({ Associations }) => Associations ?? []).length;
}

/** The host in the zone that the database, which has no standby, is not in. */
async function hostBesideDatabase({ tool, status }: LargeStack): Promise<string> {
  const { DBInstances } = await (await (await clientsOf(tool)).rds()).send(new DescribeDBInstancesCommand({}));
  const { hosts } = await status();
  return (
    hosts.find(({ availabilityZone }) => availabilityZone !== DBInstances?.[0]?.AvailabilityZone)?.instanceId ?? ""
  );
}

/** What fails in a stack of two hosts and a database, each for real, under a load that busy processors can carry. */
export function drills(large: () => LargeStack): void {
  describe("a drill", () => {
    it("cuts a zone off: the other one carries on, and all of it is as before", async () => {
      const { tool, drill, hostIds } = large();
      const before = await hostIds();
      const host = await hostBesideDatabase(large());
      // The load balancer needs some 13 s to give a host up that does not answer at all.
      const figures = await drill("az", "--instance", host, "--rate", "20", "--seconds", "50");
      expect(figures.outOfRotationMs).toBeGreaterThan(0);
      expect(figures.healthyAgainMs).toBeGreaterThan(figures.outOfRotationMs ?? Number.NaN);
      expect(figures.failed / figures.requests).toBeLessThanOrEqual(0.05);
      expect(await hostIds()).toEqual(before);
      await tool.ok("verify");
    });

    it("is put right by the next command when it was killed while a zone was cut off", async () => {
      const { tool, hostIds, page } = large();
      const before = await hostIds();
      const host = await hostBesideDatabase(large());
      const child = tool.start(["drill", "az", "--instance", host, "--rate", "5", "--seconds", "60"]);
      const ended = collect(child);
      await until("the zone to be cut off", async () => (await cutSubnets(large())) === 2);
      child.kill("SIGKILL");
      await ended;
      const { code, stdout, stderr } = await tool.cli("verify", "redundancy");
      expect(code, stdout + stderr).toBe(0);
      expect(stdout + stderr).toContain("interrupted command had left: the network of the zone");
      expect(await cutSubnets(large())).toBe(0);
      expect(await page()).toBe(200);
      expect(await hostIds()).toEqual(before);
    });

    it("takes the database away, and gives it back", async () => {
      const { tool, drill, page } = large();
      const figures = await drill("database", "--rate", "10", "--seconds", "20");
      expect(figures.failed).toBeGreaterThan(0);
      expect(figures.outOfRotationMs).toBeNull();
      expect(figures.healthyAgainMs).toBeGreaterThan(0);
      expect(await page()).toBe(200);
      await tool.ok("verify", "database");
    });
  });
}
