import type {
  AutoScalingGroup as Described,
  CreateAutoScalingGroupCommandInput,
  Instance as DescribedMember,
} from "@aws-sdk/client-auto-scaling";
import type { AutoScaling, AutoScalingGroup, GroupMember, GroupRequest } from "../../ports/auto-scaling.ts";
import { expiryTag } from "../../ports/expiry.ts";
import type { Clients } from "../clients.ts";
import { deletion } from "../deletion.ts";
import { collectPages } from "../filters.ts";
import { nameTaken } from "../name-taken.ts";
import { stackTag, tagList } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";

type Part = Pick<
  AutoScaling,
  "findGroup" | "findGroups" | "createGroup" | "updateGroup" | "holdReplacement" | "lastFailure" | "deleteGroup"
>;

/** Auto Scaling has one code for most of what it refuses, so that something is not there shows only in the message. */
export const isAbsent = (error: unknown): boolean =>
  isAwsError(error, "ValidationError") && /not found/i.test((error as Error).message);

export function createGroups(clients: Pick<Clients, "autoScaling">): Part {
  return {
    async findGroup(stack, name) {
      const { DescribeAutoScalingGroupsCommand } = await import("@aws-sdk/client-auto-scaling");
      const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
      const [found] = (await (await clients.autoScaling()).send(command)).AutoScalingGroups ?? [];
      if (!found) return undefined;
      const owner = found.Tags?.find(({ Key }) => Key === stackTag)?.Value;
      if (owner === stack) return toGroup(found);
      const kind = { en: "Auto Scaling group", ja: "Auto Scaling グループ" };
      throw nameTaken(kind, name, found.AutoScalingGroupARN ?? name, owner);
    },

    async findGroups(stack) {
      const { paginateDescribeAutoScalingGroups } = await import("@aws-sdk/client-auto-scaling");
      const Filters = [{ Name: `tag:${stackTag}`, Values: [stack] }];
      const pages = paginateDescribeAutoScalingGroups({ client: await clients.autoScaling() }, { Filters });
      return (await collectPages(pages, (page) => page.AutoScalingGroups)).map(toGroup);
    },

    async createGroup(identity, request) {
      const { CreateAutoScalingGroupCommand } = await import("@aws-sdk/client-auto-scaling");
      const client = await clients.autoScaling();
      const own = { ResourceId: request.name, ResourceType: "auto-scaling-group" };
      const command = new CreateAutoScalingGroupCommand({
        ...groupRequest(request),
        TargetGroupARNs: [request.targetGroupArn],
        // The instances get theirs from the launch template, but for the end, which can be moved.
        Tags: tagList(identity).map((tag) => ({ ...own, ...tag, PropagateAtLaunch: tag.Key === expiryTag })),
      });
      try {
        await client.send(command);
      } catch (error) {
        // A repeat after a lost answer; whose it is was asked before.
        if (!isAwsError(error, "AlreadyExists", "AlreadyExistsFault")) throw error;
      }
    },

    async updateGroup(request) {
      const { UpdateAutoScalingGroupCommand } = await import("@aws-sdk/client-auto-scaling");
      await (await clients.autoScaling()).send(new UpdateAutoScalingGroupCommand(groupRequest(request)));
    },

    async holdReplacement(name, isHeld) {
      const { ResumeProcessesCommand, SuspendProcessesCommand } = await import("@aws-sdk/client-auto-scaling");
      const client = await clients.autoScaling();
      const request = { AutoScalingGroupName: name, ScalingProcesses: [...heldProcesses] };
      try {
        await client.send(isHeld ? new SuspendProcessesCommand(request) : new ResumeProcessesCommand(request));
      } catch (error) {
        if (isHeld || !isAbsent(error)) throw error;
      }
    },

    async lastFailure(name) {
      const { DescribeScalingActivitiesCommand } = await import("@aws-sdk/client-auto-scaling");
      const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: name, MaxRecords: 10 });
      const { Activities = [] } = await (await clients.autoScaling()).send(command);
      // The newest come first; those under way say nothing yet.
      const last = Activities.find(({ StatusCode }) => StatusCode === "Failed" || StatusCode === "Successful");
      return last?.StatusCode === "Failed" ? last.StatusMessage : undefined;
    },

    async deleteGroup(name) {
      const { DeleteAutoScalingGroupCommand } = await import("@aws-sdk/client-auto-scaling");
      const client = await clients.autoScaling();
      const command = new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete: true });
      return deletion(async () => {
        try {
          await client.send(command);
        } catch (error) {
          if (!isAbsent(error)) throw error;
        }
      });
    },
  };
}

/** Without its health checks nothing is found ill, and what was found ill before is not replaced. */
const heldProcesses = ["HealthCheck", "ReplaceUnhealthy"] as const;

/** What is asked of Auto Scaling, apart from asking, so that `explain` shows the very values. */
export function groupRequest(request: GroupRequest): CreateAutoScalingGroupCommandInput {
  return {
    AutoScalingGroupName: request.name,
    LaunchTemplate: { LaunchTemplateId: request.templateId, Version: String(request.templateVersion) },
    MinSize: request.hosts,
    MaxSize: request.maximum,
    DesiredCapacity: request.hosts,
    VPCZoneIdentifier: request.subnetIds.join(","),
    // What the load balancer finds ill is replaced, not only what does not run.
    HealthCheckType: "ELB",
    HealthCheckGracePeriod: request.graceSeconds,
    DefaultInstanceWarmup: request.warmupSeconds,
  };
}

function toGroup(described: Described): AutoScalingGroup {
  const { LaunchTemplate: template } = described;
  return {
    name: described.AutoScalingGroupName ?? "",
    minimum: described.MinSize ?? 0,
    maximum: described.MaxSize ?? 0,
    desired: described.DesiredCapacity ?? 0,
    subnetIds: (described.VPCZoneIdentifier ?? "").split(",").filter(Boolean),
    targetGroupArns: described.TargetGroupARNs ?? [],
    healthCheckType: described.HealthCheckType ?? "",
    graceSeconds: described.HealthCheckGracePeriod ?? 0,
    templateId: template?.LaunchTemplateId,
    templateVersion: versionOf(template?.Version),
    members: (described.Instances ?? []).map(toMember),
    suspended: (described.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
    isLeaving: described.Status !== undefined,
  };
}

function toMember(member: DescribedMember): GroupMember {
  return {
    instanceId: member.InstanceId ?? "",
    availabilityZone: member.AvailabilityZone ?? "",
    lifecycle: member.LifecycleState ?? "",
    health: member.HealthStatus ?? "",
    templateVersion: versionOf(member.LaunchTemplate?.Version),
  };
}

/** "$Latest" and "$Default" are no versions of ours. */
const versionOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
