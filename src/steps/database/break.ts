import { reconnectPuma } from "../../remote/probes/database.ts";
import { alb } from "../alb.ts";
import { waitUntilHealthy } from "../alb/health.ts";
import { routeTo, visiting } from "../alb/visitor.ts";
import { check } from "../check.ts";
import { ec2 } from "../ec2.ts";
import { runScript } from "../host-scripts.ts";
import type { StepContext, Tell } from "../step.ts";
import { fromHosts } from "./ensure.ts";

/** A closed group is known within seconds; Rails gives a connection up after five. */
const knownTimeoutMs = 60_000;
const pollMs = 500;

/**
 * Takes the hosts' way to the database away: the page, which lists what is in there, fails, and comes back with the way.
 * Connections that are open already outlive a rule on AWS, so Puma connects anew.
 */
export async function breakDatabase(ctx: StepContext, { groupId }: { groupId: string }, tell: Tell): Promise<void> {
  const { network } = ctx.ports;
  const { hosts, hostGroupId } = ctx.output(ec2);
  const balanced = ctx.output(alb);
  const http = visiting(ctx.ports.http, await routeTo(ctx.ports, balanced));
  const rule = fromHosts(hostGroupId);
  const pageUntil = async (expected: (status: string) => boolean): Promise<string> => {
    const since = ctx.clock.now().getTime();
    for (;;) {
      const outcome = await http.request(balanced.url, { timeoutMs: 60_000 });
      const status = outcome.kind === "answer" ? String(outcome.status) : outcome.kind;
      if (expected(status) || ctx.clock.now().getTime() - since >= knownTimeoutMs) return status;
      await ctx.clock.sleep(pollMs);
    }
  };
  await ctx.without([{ kind: "group-rule", groupId, rule }], async () => {
    await network.revokeIngress(groupId, rule);
    for (const { instanceId } of hosts) await runScript(ctx, instanceId, reconnectPuma());
    tell(
      check(
        "page-without-database",
        {
          en: "With the database's group closed, the page is",
          ja: "データベースのセキュリティグループを閉じるとページは",
        },
        "500",
        await pageUntil((status) => status !== "200"),
      ),
    );
  });
  // Rails connects anew by itself; the load balancer may have met Puma while it started.
  await waitUntilHealthy(ctx, balanced.targetGroupArn, balanced.kind);
  tell(
    check(
      "page-with-database",
      { en: "With the group open again, it is", ja: "開き直すとページは" },
      "200",
      await pageUntil((status) => status === "200"),
    ),
  );
}
