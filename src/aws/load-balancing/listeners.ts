import type { Listener as Described, RedirectActionConfig } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  isListener,
  type HttpsRedirect,
  type Listener,
  type ListenerSettings,
  type LoadBalancing,
} from "../../ports/load-balancing.ts";
import type { Clients } from "../clients.ts";
import { deletion } from "../deletion.ts";
import { isAwsError } from "../translate-error.ts";
import { waitUntil, type AdapterOptions } from "../wait.ts";
import { listenerRequest, listenerSettings } from "./requests.ts";

type Part = Pick<LoadBalancing, "findListeners" | "createListener" | "updateListener" | "deleteListener">;

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

  async function updateListener(arn: string, settings: ListenerSettings): Promise<void> {
    const { ModifyListenerCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
    const request = { ListenerArn: arn, ...listenerSettings(settings) };
    await (await clients.elbv2()).send(new ModifyListenerCommand(request));
  }

  return {
    findListeners,

    async createListener(identity, loadBalancerArn, settings) {
      const { CreateListenerCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const client = await clients.elbv2();
      const { port } = settings;
      try {
        const answer = await client.send(
          new CreateListenerCommand(listenerRequest(identity, loadBalancerArn, settings)),
        );
        return { arn: answer.Listeners?.[0]?.ListenerArn ?? "" };
      } catch (error) {
        if (!isAwsError(error, "DuplicateListener", "DuplicateListenerException")) throw error;
        const subject = { en: `for the listener on port ${port} to be listed`, ja: `リスナー (ポート ${port}) の反映` };
        const found = await waitUntil(options, subject, listTimeoutMs, async () => {
          const there = (await findListeners(loadBalancerArn)).find((listener) => listener.port === port);
          return there ? { done: there } : { seen: (error as Error).name };
        });
        if (!isListener(found, settings)) await updateListener(found.arn, settings);
        return { arn: found.arn };
      }
    },

    updateListener,

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
  const redirect = action?.Type === "redirect" ? toHttps(action.RedirectConfig) : undefined;
  const certificateArn = described.Certificates?.[0]?.CertificateArn;
  return {
    arn: described.ListenerArn ?? "",
    port: described.Port ?? 0,
    protocol: described.Protocol ?? "",
    ...(targetGroupArn ? { targetGroupArn } : {}),
    ...(redirect ? { redirect } : {}),
    ...(certificateArn ? { certificateArn } : {}),
    ...(described.SslPolicy ? { sslPolicy: described.SslPolicy } : {}),
  };
}

/** Undefined for one that leads elsewhere than to the same page by https. */
function toHttps(config: RedirectActionConfig | undefined): HttpsRedirect | undefined {
  const { Protocol, Port, Host = "#{host}", Path = "/#{path}", Query = "#{query}", StatusCode } = config ?? {};
  const isSamePage = Host === "#{host}" && Path === "/#{path}" && Query === "#{query}";
  if (Protocol !== "HTTPS" || !isSamePage || StatusCode !== "HTTP_301") return undefined;
  return { toPort: Number(Port), status: 301 };
}
