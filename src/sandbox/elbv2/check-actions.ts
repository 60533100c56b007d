import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import { invalid, missing, targetGroupNotFound } from "./errors.ts";
import { targetGroupArnsOf, usersOf } from "./associations.ts";
import { typeOf } from "./store.ts";

/** Checks the actions of a listener or rule as ELB does, and returns them. */
export function checkActions(world: World, actions: Action[] | undefined, loadBalancerArn: string): Action[] {
  const [action, ...more] = actions ?? [];
  if (!actions || !action) throw missing("actions");
  if (more.length > 0) throw invalid("The sandbox knows one action for each rule");
  const loadBalancer = world.elbv2.data.loadBalancers[loadBalancerArn];
  if (loadBalancer && typeOf(loadBalancer) === "network") checkNetworkAction(action);
  switch (action.Type) {
    case "forward":
      checkForward(world, action, loadBalancerArn);
      break;
    case "fixed-response":
      checkFixedResponse(action);
      break;
    case "redirect":
      checkRedirect(action);
      break;
    default:
      throw invalid(`The sandbox does not support actions of type '${action.Type ?? ""}'`);
  }
  return actions;
}

/** It reads nothing of what it passes on, so there is one thing that it can do, and one place to go. */
function checkNetworkAction({ Type, ForwardConfig }: Action): void {
  if (Type !== "forward") {
    throw new AwsError(
      "InvalidLoadBalancerAction",
      `The action type '${Type ?? ""}' is not valid with network load balancers`,
    );
  }
  if ((ForwardConfig?.TargetGroups?.length ?? 0) <= 1) return;
  throw invalid("You cannot specify multiple target groups in a single action with a load balancer of type 'network'");
}

function checkForward(world: World, action: Action, loadBalancerArn: string): void {
  const arns = targetGroupArnsOf([action]);
  if (arns.length === 0) throw invalid("A target group ARN must be specified");
  const loadBalancer = world.elbv2.data.loadBalancers[loadBalancerArn];
  for (const arn of arns) {
    const group = world.elbv2.data.targetGroups[arn];
    if (!group) throw targetGroupNotFound(`Target group '${arn}' not found`);
    if (group.vpcId !== loadBalancer?.vpcId) {
      const message = `The target group '${arn}' is in a different VPC than the load balancer '${loadBalancerArn}'`;
      throw new AwsError("InvalidConfigurationRequest", message);
    }
    if ((group.protocol === "TCP") !== (loadBalancer !== undefined && typeOf(loadBalancer) === "network")) {
      const type = loadBalancer ? typeOf(loadBalancer) : "application";
      const message = `Target groups of protocol '${group.protocol}' cannot be used with load balancers of type '${type}'`;
      throw new AwsError("InvalidConfigurationRequest", message);
    }
    // AWS: "Each target group can be associated with only one load balancer".
    if (usersOf(world, arn).some((user) => user.arn !== loadBalancerArn)) {
      throw new AwsError(
        "TargetGroupAssociationLimit",
        `The following target groups cannot be associated with more than one load balancer: ${arn}`,
      );
    }
  }
  for (const { Weight: weight = 1 } of action.ForwardConfig?.TargetGroups ?? []) {
    if (weight < 0 || weight > 999) throw invalid("Target group weight must be between 0 and 999");
  }
}

function checkFixedResponse({ FixedResponseConfig: config }: Action): void {
  if (!config) throw missing("fixedResponseConfig");
  if (!/^[245]\d\d$/.test(config.StatusCode ?? ""))
    throw invalid(`Status code '${config.StatusCode ?? ""}' is not valid`);
  if (Buffer.byteLength(config.MessageBody ?? "") > 1024) throw invalid("The message body is longer than 1024 bytes");
  const types = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];
  if (config.ContentType && !types.includes(config.ContentType))
    throw invalid(`Content type '${config.ContentType}' is not valid`);
}

function checkRedirect({ RedirectConfig: config }: Action): void {
  if (!config) throw missing("redirectConfig");
  if (config.StatusCode !== "HTTP_301" && config.StatusCode !== "HTTP_302")
    throw invalid("Redirect status code must be HTTP_301 or HTTP_302");
  if (config.Path && !config.Path.startsWith("/")) throw invalid("The redirect path must start with '/'");
  if (config.Port && config.Port !== "#{port}" && !isPort(config.Port))
    throw invalid(`The redirect port '${config.Port}' is not valid`);
  if (config.Protocol && !["HTTP", "HTTPS", "#{protocol}"].includes(config.Protocol))
    throw invalid(`The redirect protocol '${config.Protocol}' is not valid`);
  const changed = [config.Protocol, config.Host, config.Port, config.Path, config.Query].some(
    (part) => part !== undefined && !["#{protocol}", "#{host}", "#{port}", "/#{path}", "#{query}"].includes(part),
  );
  if (!changed) throw invalid("The redirect would lead to itself");
}

const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
