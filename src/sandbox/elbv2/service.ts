import { addTags } from "./actions/add-tags.ts";
import { createListener } from "./actions/create-listener.ts";
import { createLoadBalancer } from "./actions/create-load-balancer.ts";
import { createRule } from "./actions/create-rule.ts";
import { createTargetGroup } from "./actions/create-target-group.ts";
import { deleteListener } from "./actions/delete-listener.ts";
import { deleteLoadBalancer } from "./actions/delete-load-balancer.ts";
import { deleteRule } from "./actions/delete-rule.ts";
import { deleteTargetGroup } from "./actions/delete-target-group.ts";
import { deregisterTargets } from "./actions/deregister-targets.ts";
import { describeAccountLimits } from "./actions/describe-account-limits.ts";
import { describeListeners } from "./actions/describe-listeners.ts";
import { describeLoadBalancerAttributes } from "./actions/describe-load-balancer-attributes.ts";
import { describeLoadBalancers } from "./actions/describe-load-balancers.ts";
import { describeRules } from "./actions/describe-rules.ts";
import { describeSslPolicies } from "./actions/describe-ssl-policies.ts";
import { describeTags } from "./actions/describe-tags.ts";
import { describeTargetGroupAttributes } from "./actions/describe-target-group-attributes.ts";
import { describeTargetGroups } from "./actions/describe-target-groups.ts";
import { describeTargetHealth } from "./actions/describe-target-health.ts";
import { modifyListener } from "./actions/modify-listener.ts";
import { modifyLoadBalancerAttributes } from "./actions/modify-load-balancer-attributes.ts";
import { modifyRule } from "./actions/modify-rule.ts";
import { modifyTargetGroup } from "./actions/modify-target-group.ts";
import { modifyTargetGroupAttributes } from "./actions/modify-target-group-attributes.ts";
import { registerTargets } from "./actions/register-targets.ts";
import { removeTags } from "./actions/remove-tags.ts";
import { setSecurityGroups } from "./actions/set-security-groups.ts";
import { setSubnets } from "./actions/set-subnets.ts";
import type { ServiceDefinition } from "../wire/action.ts";

/** Elastic Load Balancing v2; what it does and does not do is in BEHAVIOUR.md. */
export const elbv2Service: ServiceDefinition = {
  signingName: "elasticloadbalancing",
  protocol: "awsQuery",
  version: "2015-12-01",
  xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  actions: [
    addTags,
    createListener,
    createLoadBalancer,
    createRule,
    createTargetGroup,
    deleteListener,
    deleteLoadBalancer,
    deleteRule,
    deleteTargetGroup,
    deregisterTargets,
    describeAccountLimits,
    describeListeners,
    describeLoadBalancerAttributes,
    describeLoadBalancers,
    describeRules,
    describeSslPolicies,
    describeTags,
    describeTargetGroupAttributes,
    describeTargetGroups,
    describeTargetHealth,
    modifyListener,
    modifyLoadBalancerAttributes,
    modifyRule,
    modifyTargetGroup,
    modifyTargetGroupAttributes,
    registerTargets,
    removeTags,
    setSecurityGroups,
    setSubnets,
  ],
};
