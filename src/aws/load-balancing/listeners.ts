import type { Listener as Described } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Listener, LoadBalancing } from "../../ports/load-balancing.ts";
import type { Clients } from "../clients.ts";
import { deletion } from "../deletion.ts";
import { isAwsError } from "../translate-error.ts";
import { waitUntil, type AdapterOptions } from "../wait.ts";
import { listenerRequest } from "./requests.ts";

type Part = Pick<LoadBalancing, "findListeners" | "createListener" | "deleteListener">;

/** How long a list may lag behind what "already exists". */
const listTimeoutMs = 30_000;

export function createListeners(clients: Pick<Clients, "elbv2">, options: AdapterOptions): Part {
  async function findListeners(loadBalancerArn: string): Promise<Listener[]> {
    const { paginateDescribeListeners } = await import("@aws-sdk/client-elastic-load-balancing-v2");
    const listeners: Listener[] = [];
    try {
      const client = await clients.elbv2();
      for await (const page of paginateDescribeListeners({ client }, { LoadBalancerArn: loadBalancerArn })) {
        listeners.push(...(page.Listeners ?? []).map(toListener));
      }
    } catch (error) {
      // It went away between two calls of ours, and its listeners with it.
      if (!isAwsError(error, "LoadBalancerNotFound", "LoadBalancerNotFoundException")) throw error;
    }
    return listeners;
  }

  return {
    findListeners,

    async createListener(identity, request) {
      const { loadBalancerArn, port, targetGroupArn } = request;
      const { CreateListenerCommand, ModifyListenerCommand } =
        await import("@aws-sdk/client-elastic-load-balancing-v2");
      const client = await clients.elbv2();
      const input = listenerRequest(identity, request);
      try {
        const answer = await client.send(new CreateListenerCommand(input));
        return { arn: answer.Listeners?.[0]?.ListenerArn ?? "", port, targetGroupArn };
      } catch (error) {
        if (!isAwsError(error, "DuplicateListener", "DuplicateListenerException")) throw error;
        const subject = { en: `for the listener on port ${port} to be listed`, ja: `リスナー (ポート ${port}) の反映` };
        const found = await waitUntil(options, subject, listTimeoutMs, async () => {
          const there = (await findListeners(loadBalancerArn)).find((listener) => listener.port === port);
          return there ? { done: there } : { seen: (error as Error).name };
        });
        if (found.targetGroupArn !== targetGroupArn) {
          await client.send(
            new ModifyListenerCommand({ ListenerArn: found.arn, DefaultActions: input.DefaultActions }),
          );
        }
        return { arn: found.arn, port, targetGroupArn };
      }
    },

    async deleteListener(arn) {
      const { DeleteListenerCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const client = await clients.elbv2();
      return deletion(
        () => client.send(new DeleteListenerCommand({ ListenerArn: arn })),
        "ListenerNotFound",
        "ListenerNotFoundException",
      );
    },
  };
}

function toListener(described: Described): Listener {
  const action = described.DefaultActions?.[0];
  const targetGroupArn = action?.TargetGroupArn ?? action?.ForwardConfig?.TargetGroups?.[0]?.TargetGroupArn;
  return {
    arn: described.ListenerArn ?? "",
    port: described.Port ?? 0,
    ...(targetGroupArn ? { targetGroupArn } : {}),
  };
}
