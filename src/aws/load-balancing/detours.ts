import type { RedirectActionConfig, Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Detour, LoadBalancing } from "../../ports/load-balancing.ts";
import type { Clients } from "../clients.ts";
import { deletion } from "../deletion.ts";
import { isAwsError } from "../translate-error.ts";
import { ownerOf, requireOurs } from "./ownership.ts";
import { detourPriority, detourRequest } from "./requests.ts";

type Part = Pick<LoadBalancing, "findDetour" | "createDetour" | "deleteDetour">;

/** A rule before all others of a listener, for a page that takes the application's place. */
export function createDetours(clients: Pick<Clients, "elbv2">): Part {
  return {
    async findDetour(stack, listenerArn) {
      const rule = await findFirst(clients, listenerArn);
      if (!rule || (await ownerOf(clients, rule.RuleArn ?? "")) !== stack) return undefined;
      return toDetour(rule);
    },

    async createDetour(identity, listenerArn, url) {
      const { CreateRuleCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const client = await clients.elbv2();
      try {
        const { Rules } = await client.send(new CreateRuleCommand(detourRequest(identity, listenerArn, url)));
        return { arn: Rules?.[0]?.RuleArn ?? "", url };
      } catch (error) {
        if (!isAwsError(error, "PriorityInUse", "PriorityInUseException")) throw error;
        const rule = await findFirst(clients, listenerArn);
        if (!rule) throw error;
        const kind = { en: "load balancer's rule", ja: "ロードバランサーのルール" };
        await requireOurs(clients, identity.stack, { kind, arn: rule.RuleArn ?? "", name: String(detourPriority) });
        // A run whose answer was lost made it.
        return toDetour(rule);
      }
    },

    async deleteDetour(arn) {
      const { DeleteRuleCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const client = await clients.elbv2();
      return deletion(
        () => client.send(new DeleteRuleCommand({ RuleArn: arn })),
        "RuleNotFound",
        "RuleNotFoundException",
      );
    },
  };
}

/** The rule that comes before all others, whoever made it. */
async function findFirst(clients: Pick<Clients, "elbv2">, listenerArn: string): Promise<Rule | undefined> {
  const { paginateDescribeRules } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  try {
    const client = await clients.elbv2();
    for await (const { Rules = [] } of paginateDescribeRules({ client }, { ListenerArn: listenerArn })) {
      const rule = Rules.find(({ Priority }) => Priority === String(detourPriority));
      if (rule) return rule;
    }
  } catch (error) {
    if (!isAwsError(error, "ListenerNotFound", "ListenerNotFoundException")) throw error;
  }
  return undefined;
}

const toDetour = ({ RuleArn: arn = "", Actions }: Rule): Detour => ({
  arn,
  url: urlOf(Actions?.find(({ Type }) => Type === "redirect")?.RedirectConfig),
});

function urlOf(config: RedirectActionConfig | undefined): string {
  const { Protocol = "", Host = "", Port = "", Path = "" } = config ?? {};
  const port = Port === "80" || Port === "#{port}" ? "" : `:${Port}`;
  return `${Protocol.toLowerCase()}://${Host}${port}${Path}`;
}
