import type { TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { LoadBalancing, TargetHealth } from "../../ports/load-balancing.ts";
import type { Clients } from "../clients.ts";
import { tolerate } from "../deletion.ts";

type Part = Pick<LoadBalancing, "registerTarget" | "deregisterTarget" | "targetHealth">;

export function createTargets(clients: Pick<Clients, "elbv2">): Part {
  return {
    async registerTarget(targetGroupArn, instanceId, port) {
      const { RegisterTargetsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      // Registering what is registered changes nothing.
      const request = { TargetGroupArn: targetGroupArn, Targets: [{ Id: instanceId, Port: port }] };
      await (await clients.elbv2()).send(new RegisterTargetsCommand(request));
    },

    async deregisterTarget(targetGroupArn, instanceId, port) {
      const { DeregisterTargetsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const client = await clients.elbv2();
      const request = { TargetGroupArn: targetGroupArn, Targets: [{ Id: instanceId, Port: port }] };
      await tolerate(
        () => client.send(new DeregisterTargetsCommand(request)),
        "InvalidTarget",
        "InvalidTargetException",
        "TargetGroupNotFound",
        "TargetGroupNotFoundException",
      );
    },

    async targetHealth(targetGroupArn) {
      const { DescribeTargetHealthCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn });
      const answer = await (await clients.elbv2()).send(command);
      return (answer.TargetHealthDescriptions ?? []).map(toTargetHealth);
    },
  };
}

function toTargetHealth({ Target, TargetHealth: health }: TargetHealthDescription): TargetHealth {
  return {
    instanceId: Target?.Id ?? "",
    port: Target?.Port ?? 0,
    state: health?.State ?? "unavailable",
    ...(health?.Reason ? { reason: health.Reason } : {}),
    ...(health?.Description ? { description: health.Description } : {}),
  };
}
