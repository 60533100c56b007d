import type { TargetGroup as Described, TargetGroupAttribute } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { LoadBalancing, TargetGroup } from "../../ports/load-balancing.ts";
import type { Clients } from "../clients.ts";
import { deletion } from "../deletion.ts";
import { isAwsError } from "../translate-error.ts";
import { requireOurs } from "./ownership.ts";
import { clientAddress, deregistrationDelay, healthCheckRequest, targetGroupRequest } from "./requests.ts";

type Part = Pick<
  LoadBalancing,
  | "findTargetGroup"
  | "createTargetGroup"
  | "updateHealthCheck"
  | "setDeregistrationDelay"
  | "keepClientAddress"
  | "deleteTargetGroup"
>;

const notFound = ["TargetGroupNotFound", "TargetGroupNotFoundException"];

export function createTargetGroups(clients: Pick<Clients, "elbv2">): Part {
  async function findTargetGroup(stack: string, name: string): Promise<TargetGroup | undefined> {
    const { DescribeTargetGroupsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
    let found: Described | undefined;
    try {
      const answer = await (await clients.elbv2()).send(new DescribeTargetGroupsCommand({ Names: [name] }));
      found = answer.TargetGroups?.[0];
    } catch (error) {
      if (!isAwsError(error, ...notFound)) throw error;
    }
    if (!found) return undefined;
    const kind = { en: "target group", ja: "ターゲットグループ" };
    await requireOurs(clients, stack, { arn: found.TargetGroupArn ?? "", name, kind });
    return toTargetGroup(found);
  }

  async function setAttribute(TargetGroupArn: string, attribute: TargetGroupAttribute): Promise<void> {
    const { ModifyTargetGroupAttributesCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
    const request = { TargetGroupArn, Attributes: [attribute] };
    await (await clients.elbv2()).send(new ModifyTargetGroupAttributesCommand(request));
  }

  return {
    findTargetGroup,

    async createTargetGroup(identity, request) {
      const { CreateTargetGroupCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const command = new CreateTargetGroupCommand(targetGroupRequest(identity, request));
      try {
        const answer = await (await clients.elbv2()).send(command);
        const made = answer.TargetGroups?.[0];
        if (!made) throw new Error("CreateTargetGroup answered without a target group");
        return toTargetGroup(made);
      } catch (error) {
        if (!isAwsError(error, "DuplicateTargetGroupName", "DuplicateTargetGroupNameException")) throw error;
        const found = await findTargetGroup(identity.stack, request.name);
        if (!found) throw error;
        return found;
      }
    },

    async updateHealthCheck(targetGroupArn, healthCheck) {
      const { ModifyTargetGroupCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const request = { TargetGroupArn: targetGroupArn, ...healthCheckRequest(healthCheck) };
      await (await clients.elbv2()).send(new ModifyTargetGroupCommand(request));
    },

    setDeregistrationDelay: (arn, seconds) => setAttribute(arn, deregistrationDelay(seconds)),
    keepClientAddress: (arn, keeps) => setAttribute(arn, clientAddress(keeps)),

    async deleteTargetGroup(arn) {
      const { DeleteTargetGroupCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const client = await clients.elbv2();
      return deletion(() => client.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn })), ...notFound);
    },
  };
}

export function toTargetGroup(described: Described): TargetGroup {
  return {
    arn: described.TargetGroupArn ?? "",
    name: described.TargetGroupName ?? "",
    protocol: described.Protocol ?? "",
    port: described.Port ?? 0,
    vpcId: described.VpcId ?? "",
    healthCheck: {
      path: described.HealthCheckPath ?? "",
      matcher: described.Matcher?.HttpCode ?? "",
      intervalSeconds: described.HealthCheckIntervalSeconds ?? 0,
      timeoutSeconds: described.HealthCheckTimeoutSeconds ?? 0,
      healthyThreshold: described.HealthyThresholdCount ?? 0,
      unhealthyThreshold: described.UnhealthyThresholdCount ?? 0,
    },
    loadBalancerArns: described.LoadBalancerArns ?? [],
  };
}
