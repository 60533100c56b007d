import type { LoadBalancer as Described } from "@aws-sdk/client-elastic-load-balancing-v2";
import { Lecture05Error } from "../../errors.ts";
import type { LoadBalancer, LoadBalancing } from "../../ports/load-balancing.ts";
import type { Clients } from "../clients.ts";
import { deletion } from "../deletion.ts";
import { inWords } from "../../observed.ts";
import { isAwsError } from "../translate-error.ts";
import { waitUntil, type AdapterOptions } from "../wait.ts";
import { requireOurs } from "./ownership.ts";
import { acrossZones, loadBalancerRequest } from "./requests.ts";

type Part = Pick<
  LoadBalancing,
  "findLoadBalancer" | "createLoadBalancer" | "balanceAcrossZones" | "waitUntilActive" | "deleteLoadBalancer"
>;

const notFound = ["LoadBalancerNotFound", "LoadBalancerNotFoundException"];
const deletionTimeoutMs = 5 * 60_000;

export function createLoadBalancers(clients: Pick<Clients, "elbv2">, options: AdapterOptions): Part {
  async function findLoadBalancer(stack: string, name: string): Promise<LoadBalancer | undefined> {
    const found = await describe(clients, { Names: [name] });
    if (!found) return undefined;
    const kind = { en: "load balancer", ja: "ロードバランサー" };
    await requireOurs(clients, stack, { arn: found.LoadBalancerArn ?? "", name, kind });
    return toLoadBalancer(found);
  }

  return {
    findLoadBalancer,

    async createLoadBalancer(identity, request) {
      const { CreateLoadBalancerCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const command = new CreateLoadBalancerCommand(loadBalancerRequest(identity, request));
      try {
        const answer = await (await clients.elbv2()).send(command);
        const made = answer.LoadBalancers?.[0];
        if (!made) throw new Error("CreateLoadBalancer answered without a load balancer");
        return toLoadBalancer(made);
      } catch (error) {
        if (!isAwsError(error, "DuplicateLoadBalancerName", "DuplicateLoadBalancerNameException")) throw error;
        const found = await findLoadBalancer(identity.stack, request.name);
        if (!found) throw error;
        return found;
      }
    },

    async balanceAcrossZones(arn) {
      const { ModifyLoadBalancerAttributesCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const request = { LoadBalancerArn: arn, Attributes: [acrossZones] };
      await (await clients.elbv2()).send(new ModifyLoadBalancerAttributesCommand(request));
    },

    async waitUntilActive(arn, timeoutMs) {
      const subject = { en: "for the load balancer to be active", ja: "ロードバランサーがアクティブになること" };
      return waitUntil(options, subject, timeoutMs, async () => {
        const found = await describe(clients, { LoadBalancerArns: [arn] });
        if (!found) return { seen: "LoadBalancerNotFound" };
        const { Code = "provisioning", Reason } = found.State ?? {};
        // Impaired: it routes already but could not scale as far as it wants.
        if (Code === "active" || Code === "active_impaired") return { done: toLoadBalancer(found) };
        if (Code === "failed") throw failedToStart(arn, Reason);
        return { seen: Reason ? `${Code}: ${Reason}` : Code };
      });
    },

    async deleteLoadBalancer(arn) {
      const { DeleteLoadBalancerCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const client = await clients.elbv2();
      // AWS answers a deletion of what is not there with success, so that has to be asked first.
      if (!(await describe(clients, { LoadBalancerArns: [arn] }))) return "absent";
      const result = await deletion(
        () => client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn })),
        ...notFound,
      );
      if (result !== "deleted") return result;
      const subject = { en: "for the load balancer to be gone", ja: "ロードバランサーが削除されること" };
      return waitUntil(options, subject, deletionTimeoutMs, async () => {
        const found = await describe(clients, { LoadBalancerArns: [arn] });
        return found ? { seen: found.State?.Code ?? "described" } : { done: result };
      });
    },
  };
}

async function describe(
  clients: Pick<Clients, "elbv2">,
  which: { Names: string[] } | { LoadBalancerArns: string[] },
): Promise<Described | undefined> {
  const { DescribeLoadBalancersCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  try {
    const answer = await (await clients.elbv2()).send(new DescribeLoadBalancersCommand(which));
    return answer.LoadBalancers?.[0];
  } catch (error) {
    if (isAwsError(error, ...notFound)) return undefined;
    throw error;
  }
}

export function toLoadBalancer(described: Described): LoadBalancer {
  const { Type } = described;
  return {
    arn: described.LoadBalancerArn ?? "",
    kind: Type === "network" ? "nlb" : Type === undefined || Type === "application" ? "alb" : undefined,
    name: described.LoadBalancerName ?? "",
    dnsName: described.DNSName ?? "",
    state: described.State?.Code ?? "",
    vpcId: described.VpcId ?? "",
    groupIds: described.SecurityGroups ?? [],
    subnetIds: (described.AvailabilityZones ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
    addresses: (described.AvailabilityZones ?? []).flatMap(({ SubnetId: subnetId = "", LoadBalancerAddresses = [] }) =>
      LoadBalancerAddresses.flatMap(({ AllocationId: allocationId, IpAddress: publicIp }) =>
        allocationId && publicIp ? [{ subnetId, allocationId, publicIp }] : [],
      ),
    ),
  };
}

function failedToStart(arn: string, reason = "no reason was given"): Lecture05Error {
  return new Lecture05Error("AWS_REQUEST_FAILED", {
    what: { en: "AWS could not set up the load balancer", ja: "ロードバランサーを作成できませんでした" },
    why: { en: `${arn}: ${reason}`, ja: `${arn}: ${inWords(reason).ja}` },
    next: ["lecture05 destroy", "lecture05 up"],
  });
}
