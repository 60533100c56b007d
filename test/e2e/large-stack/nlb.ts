import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeAddressesCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { beforeAll, describe, expect, it } from "vitest";
import { gatewayOf } from "../../../src/sandbox/docker/addresses.ts";
import { loadBalancerName } from "../../../src/sandbox/docker/names.ts";
import { parseEvents, type InstalledPackage } from "../../support/installed-package.ts";
import { securityGroup, toEc2, toElb } from "../../support/stack-aws.ts";
import { onHost, stackOf, until, type Stack } from "../../support/stack.ts";
import type { LargeStack } from "./large-stack.ts";

const run = promisify(execFile);

let tool: InstalledPackage;
let stack: Stack;
let addresses: string[];

export async function elasticIps(of: { readonly tool: InstalledPackage }): Promise<string[]> {
  const { Addresses = [] } = await (await toEc2(of)).send(new DescribeAddressesCommand({}));
  return Addresses.map(({ PublicIp = "" }) => PublicIp).toSorted();
}

const page = async (address: string): Promise<number | undefined> =>
  fetch(`http://${address}/`, { signal: AbortSignal.timeout(2000) }).then(
    ({ status }) => status,
    () => undefined,
  );

/** The checks of `verify alb`, by name. */
async function verdicts(): Promise<Record<string, boolean>> {
  const { stdout } = await tool.cli("verify", "alb", "--json");
  const checks = parseEvents(stdout).flatMap((event) => (event.type === "check" ? [event.check] : []));
  return Object.fromEntries(checks.map(({ name, ok }) => [name, ok]));
}

const failing = async (): Promise<string[]> =>
  Object.entries(await verdicts()).flatMap(([name, ok]) => (ok ? [] : [name]));

/** Of a stack that has one. */
export function networkLoadBalancer(large: () => LargeStack): void {
  describe("a network load balancer", () => {
    beforeAll(async () => {
      ({ tool } = large());
      stack = await stackOf(tool);
      addresses = await elasticIps(stack);
    });

    it("is proved: fixed addresses, the visitor's own, nothing read", async () => {
      const seen = await verdicts();
      expect(Object.keys(seen)).toEqual(
        expect.arrayContaining([
          "fixed-addresses",
          "each-address-answers",
          "client-address",
          "nothing-added",
          "handed-on-unread",
          "host-closed",
        ]),
      );
      expect(Object.values(seen)).not.toContain(false);
    });

    it("shows Nginx this machine's own address in the VPC", async () => {
      expect(addresses).toHaveLength(2);
      const token = randomUUID();
      for (const address of addresses) expect((await fetch(`http://${address}/?asked=${token}`)).status).toBe(200);
      const cidr = `${(await onHost(stack, "hostname -I")).split(".").slice(0, 2).join(".")}.0.0/16`;
      const asked = await onHost(stack, `grep -F '${token}' /var/log/nginx/access.log | cut -d' ' -f1 | sort -u`);
      expect(asked.trim()).toBe(gatewayOf(cidr));
    });

    it("stands under the same addresses after it was down", async () => {
      const { LoadBalancers = [] } = await (await toElb(stack)).send(new DescribeLoadBalancersCommand({}));
      const id = LoadBalancers[0]?.LoadBalancerArn?.split(":loadbalancer/")[1] ?? "";
      const sandboxId = readFileSync(join(tool.sandboxHome, "sandbox-id"), "utf8");
      await run("docker", ["stop", "-t", "1", loadBalancerName(sandboxId, id)]);
      await until("it answers again", async () => {
        await (await toElb(stack)).send(new DescribeLoadBalancersCommand({}));
        return (await page(addresses[0] ?? "")) === 200;
      });
      expect(await page(addresses[1] ?? "")).toBe(200);
      expect(await elasticIps(stack)).toEqual(addresses);
    });

    it("fails the proof of the visitor's address when it puts its own in its place", async () => {
      const elb = await toElb(stack);
      const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
      const keep = (Value: string) =>
        elb.send(
          new ModifyTargetGroupAttributesCommand({
            TargetGroupArn: TargetGroups[0]?.TargetGroupArn,
            Attributes: [{ Key: "preserve_client_ip.enabled", Value }],
          }),
        );
      await keep("false");
      let seen: string[] = [];
      await until("the proof fails", async () => (seen = await failing()).length > 0);
      expect(seen).toEqual(["client-address"]);
      await keep("true");
      await until("the proof holds again", async () => (await failing()).length === 0);
    });

    it("is let in by the group that the hosts name, and by nothing else", async () => {
      const ec2 = await toEc2(stack);
      const { id: GroupId, permissions } = await securityGroup(stack, "host");
      const IpPermissions = permissions.map(({ IpProtocol, FromPort, ToPort, UserIdGroupPairs }) => ({
        IpProtocol,
        FromPort,
        ToPort,
        UserIdGroupPairs: UserIdGroupPairs?.map((pair) => ({ GroupId: pair.GroupId })),
      }));
      await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
      await until("nobody gets through", async () => (await page(addresses[0] ?? "")) === undefined);
      await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
      await until("visitors get through again", async () => (await page(addresses[0] ?? "")) === 200);
    });

    it("is not made an application load balancer, and has no maintenance page", async () => {
      const other = await tool.cli("up", "--load-balancer", "alb", "--yes");
      expect(other.code).toBe(1);
      expect(other.stdout + other.stderr).toContain("LOAD_BALANCER_KIND");
      expect((await tool.cli("maintenance", "on", "--yes")).code).toBe(2);
    });
  });
}
