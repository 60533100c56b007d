import { attachLoadBalancerTargetGroups } from "./actions/attach-load-balancer-target-groups.ts";
import { cancelInstanceRefresh } from "./actions/cancel-instance-refresh.ts";
import { createAutoScalingGroup } from "./actions/create-auto-scaling-group.ts";
import { createOrUpdateTags } from "./actions/create-or-update-tags.ts";
import { deleteAutoScalingGroup } from "./actions/delete-auto-scaling-group.ts";
import { deleteScheduledAction } from "./actions/delete-scheduled-action.ts";
import { deleteTags } from "./actions/delete-tags.ts";
import { describeAutoScalingGroups } from "./actions/describe-auto-scaling-groups.ts";
import { describeAutoScalingInstances } from "./actions/describe-auto-scaling-instances.ts";
import { describeInstanceRefreshes } from "./actions/describe-instance-refreshes.ts";
import { describeLoadBalancerTargetGroups } from "./actions/describe-load-balancer-target-groups.ts";
import { describeScalingActivities } from "./actions/describe-scaling-activities.ts";
import { describeScheduledActions } from "./actions/describe-scheduled-actions.ts";
import { describeTags } from "./actions/describe-tags.ts";
import { detachLoadBalancerTargetGroups } from "./actions/detach-load-balancer-target-groups.ts";
import { putScheduledUpdateGroupAction } from "./actions/put-scheduled-update-group-action.ts";
import { resumeProcesses } from "./actions/resume-processes.ts";
import { rollbackInstanceRefresh } from "./actions/rollback-instance-refresh.ts";
import { setDesiredCapacity } from "./actions/set-desired-capacity.ts";
import { setInstanceHealth } from "./actions/set-instance-health.ts";
import { setInstanceProtection } from "./actions/set-instance-protection.ts";
import { startInstanceRefresh } from "./actions/start-instance-refresh.ts";
import { suspendProcesses } from "./actions/suspend-processes.ts";
import { terminateInstanceInAutoScalingGroup } from "./actions/terminate-instance-in-auto-scaling-group.ts";
import { updateAutoScalingGroup } from "./actions/update-auto-scaling-group.ts";
import type { ServiceDefinition } from "../wire/action.ts";

/** EC2 Auto Scaling; what it does and does not do is in BEHAVIOUR.md. */
export const autoScalingService: ServiceDefinition = {
  signingName: "autoscaling",
  protocol: "awsQuery",
  version: "2011-01-01",
  xmlNamespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/",
  actions: [
    attachLoadBalancerTargetGroups,
    cancelInstanceRefresh,
    createAutoScalingGroup,
    createOrUpdateTags,
    deleteAutoScalingGroup,
    deleteScheduledAction,
    deleteTags,
    describeAutoScalingGroups,
    describeAutoScalingInstances,
    describeInstanceRefreshes,
    describeLoadBalancerTargetGroups,
    describeScalingActivities,
    describeScheduledActions,
    describeTags,
    detachLoadBalancerTargetGroups,
    putScheduledUpdateGroupAction,
    resumeProcesses,
    rollbackInstanceRefresh,
    setDesiredCapacity,
    setInstanceHealth,
    setInstanceProtection,
    startInstanceRefresh,
    suspendProcesses,
    terminateInstanceInAutoScalingGroup,
    updateAutoScalingGroup,
  ],
};
