import {
  DescribeTargetHealth$,
  type DescribeTargetHealthCommandInput,
  type DescribeTargetHealthCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import type { TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import { syncWithHosts } from "../../ec2/host-sync.ts";
import { syncWithContainers } from "../container-sync.ts";
import { getTargetGroup } from "../find.ts";
import { notRegistered, targetHealths } from "../target-health.ts";

export const describeTargetHealth = action(
  DescribeTargetHealth$,
  async (
    input: DescribeTargetHealthCommandInput,
    { world },
  ): Promise<ActionOutput<DescribeTargetHealthCommandOutput>> => {
    const group = getTargetGroup(world, input.TargetGroupArn);
    await Promise.all([syncWithHosts(world), syncWithContainers(world)]);
    const healths = await targetHealths(world, group);
    const describe = ({ target, health }: (typeof healths)[number]): TargetHealthDescription => ({
      Target: { Id: target.id, Port: target.port },
      HealthCheckPort: group.healthCheck.port === "traffic-port" ? String(target.port) : group.healthCheck.port,
      TargetHealth: health,
    });
    if (!input.Targets?.length) return { TargetHealthDescriptions: healths.map(describe) };
    const descriptions = input.Targets.flatMap(({ Id = "", Port }): TargetHealthDescription[] => {
      const found = healths.filter(({ target }) => target.id === Id && (Port ?? target.port) === target.port);
      if (found.length > 0) return found.map(describe);
      return [{ Target: { Id, Port: Port ?? group.port }, TargetHealth: notRegistered }];
    });
    return { TargetHealthDescriptions: descriptions };
  },
);
