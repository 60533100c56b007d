import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ResumeProcessesCommand, SuspendProcessesCommand, type AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { describe, expect, it, vi } from "vitest";
import { isOnTheWay, stepNames } from "../../../src/steps/names.ts";
import { clientsOf } from "../../support/sandbox-access.ts";
import type { LargeStack } from "./large-stack.ts";

const run = promisify(execFile);

/** From one host with its database to two in two zones. */
export function twoHosts(large: () => LargeStack): void {
  /** With the group told to replace nothing. */
  async function held(work: () => Promise<void>): Promise<void> {
    const { tool } = large();
    const client: AutoScalingClient = await (await clientsOf(tool)).autoScaling();
    const AutoScalingGroupName = `${tool.stack}-hosts`;
    const request = { AutoScalingGroupName, ScalingProcesses: ["HealthCheck", "ReplaceUnhealthy"] };
    await client.send(new SuspendProcessesCommand(request));
    try {
      await work();
    } finally {
      await client.send(new ResumeProcessesCommand(request));
    }
  }

  describe("a stack of two hosts", () => {
    it("stands in two zones, and has nothing to do after it", async () => {
      const { tool, status } = large();
      const way = stepNames.filter((name) => isOnTheWay("redundancy", name));
      await tool.ok("up", "--hosts", "2", "--json");
      const { steps, hosts } = await status();
      expect(steps.map(({ name, status: state }) => [name, state])).toEqual(way.map((name) => [name, "done"]));
      expect(new Set(hosts.map(({ availabilityZone }) => availabilityZone)).size).toBe(2);
      const again = await tool.events("up");
      const outcomes = again.flatMap((event) => (event.type === "step.finished" ? [event.outcome] : []));
      expect(outcomes).toEqual(way.map(() => "up-to-date"));
      await tool.ok("verify");
    });

    it("has no secret in the image that its hosts are of", async () => {
      const { hostIds, idOf, inHost } = large();
      const [id = ""] = await hostIds();
      const secret = await inHost(id, "sed -n 's/^SECRET_KEY_BASE=//p' /etc/lecture05/env.d/00-secret.env");
      const url = await inHost(id, "sed -n 's/^DATABASE_URL=//p' /etc/lecture05/env.d/60-database.env");
      const password = /:([^:@]+)@/.exec(url)?.[1] ?? "";
      expect([secret.length, password.length].every((length) => length >= 16)).toBe(true);
      const image = await idOf("ec2:image");
      // By standard input, so that the search itself shows nobody what it looks for.
      const search = ["run", "--rm", "-i", "--network=none", "--entrypoint", "sh", `lecture05/ami:${image}`];
      const child = run("docker", [...search, "-c", "grep -rlFf - /etc /var /opt /root /tmp /home /usr/local; true"]);
      child.child.stdin?.end(`${secret}\n${password}\n`);
      expect((await child).stdout).toBe("");
    });

    it("runs a command on each of them", async () => {
      const { tool, hostIds } = large();
      const printed = await tool.ok("exec", "--", "cat", "/etc/machine-id");
      const lines = printed.trim().split("\n");
      expect(new Set(lines.map((line) => line.split(" | ")[0]))).toEqual(new Set(await hostIds()));
      expect(new Set(lines.map((line) => line.split(" | ")[1])).size).toBe(2);
    });

    it("sees when one of them signs cookies with a key of its own", async () => {
      const { failing, hostIds, inHost } = large();
      // Whoever looks first knows who the hosts are now; and none is to be replaced while its Puma is restarted.
      await held(async () => {
        expect(await failing("redundancy")).toEqual(["replaced-by-load-balancer-health"]);
        const [, id = ""] = await hostIds();
        const key = "echo SECRET_KEY_BASE=$(openssl rand -hex 64) >/run/lecture05-secrets/secret-key-base.env";
        await inHost(id, `${key} && systemctl restart puma`);
        expect(await failing("redundancy")).toEqual(expect.arrayContaining(["same-secret", "session-shared"]));
        await inHost(id, "systemctl restart lecture05-identity.service && systemctl restart puma");
      });
      await vi.waitFor(async () => expect(await failing("redundancy")).toEqual([]), {
        timeout: 60_000,
        interval: 2000,
      });
    });

    it("loses a host under load: hardly anybody notices, and the group puts another in its place", async () => {
      const { tool, hostIds, drill } = large();
      const before = await hostIds();
      // Other stacks want the same processors meanwhile; what a machine of its own measures is in docs/performance.md.
      const figures = await drill("host", "--rate", "20", "--seconds", "40");
      expect(figures.failed / figures.requests).toBeLessThanOrEqual(0.05);
      expect(figures.longestGapMs).toBeLessThanOrEqual(5000);
      expect(figures.replacedMs).toBeLessThan(150_000);
      await tool.ok("verify");
      const after = await hostIds();
      expect(after).toHaveLength(2);
      expect(after.filter((id) => before.includes(id))).toHaveLength(1);
    });

    it("scales to three and back to two", async () => {
      const { tool, hostIds, page } = large();
      const since = performance.now();
      await tool.ok("scale", "3", "--yes");
      process.stdout.write(`scale 3: ${Math.round((performance.now() - since) / 1000)} s\n`);
      expect(await hostIds()).toHaveLength(3);
      await tool.ok("scale", "2", "--yes");
      expect(await hostIds()).toHaveLength(2);
      expect(await page()).toBe(200);
    });
  });
}
